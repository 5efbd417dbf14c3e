package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.ClaimedJob;
import io.millrace.model.Completion;
import io.millrace.model.JobOptions;
import io.millrace.model.NewJob;
import io.millrace.model.Outcome;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Reapers and completions at the same rows: whoever comes first, the job ends once. */
class ReapRaceIT {
  private static final int ROUNDS = 40;
  private static final int JOBS = 250;

  private final WorkerDeaths deaths = new WorkerDeaths();

  @AfterEach
  void invariantsHold() {
    deaths.assertInvariants();
  }

  @Test
  void reapersAgainstCompletions_eachJobEndsOnceOrRunsAgain() throws Exception {
    Set<UUID> recorded = ConcurrentHashMap.newKeySet();
    List<UUID> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (int round = 0; round < ROUNDS; round++) {
        List<NewJob> batch =
            IntStream.range(0, JOBS)
                .mapToObj(i -> deaths.job("echo", 3, JobOptions.NONE))
                .sorted(Comparator.comparing(NewJob::id))
                .toList();
        deaths.insert(batch);
        List<ClaimedJob> claimed = new ArrayList<>(deaths.claim(deaths.open(), batch));
        claimed.sort(Comparator.comparing(ClaimedJob::id));
        batch.forEach(job -> all.add(job.id()));
        race(threads, claimed, recorded);
      }
    }
    long succeeded = deaths.count("SELECT count(*) FROM job WHERE state = 'SUCCEEDED'");
    assertThat(succeeded).isEqualTo(recorded.size());
    // Both sides won some: else this was no race.
    assertThat(recorded.size()).isBetween(1, all.size() - 1);
    assertThat(
            deaths.count(
                "SELECT count(*) FROM job WHERE state = 'READY' AND crashes = 1 AND attempt = 1"))
        .isEqualTo(all.size() - succeeded);
    // No history names two ends, or goes on after one: invariant I9; and no end without its report.
    assertThat(
            deaths.count(
                "SELECT count(*) FROM job WHERE state = 'SUCCEEDED' AND history LIKE '%LEASE_LOST%'"))
        .isZero();
  }

  private void race(ExecutorService threads, List<ClaimedJob> claimed, Set<UUID> recorded)
      throws Exception {
    AtomicBoolean completed = new AtomicBoolean();
    int before = recorded.size();
    Callable<Void> complete =
        () -> {
          for (int from = 0; from < claimed.size(); from += 25) {
            complete(claimed.subList(from, from + 25), recorded);
          }
          completed.set(true);
          return null;
        };
    Callable<Void> reap =
        () -> {
          while (!completed.get()) {
            deaths.reap();
          }
          deaths.reap();
          return null;
        };
    Callable<Void> die =
        () -> {
          while (recorded.size() - before < JOBS / 5 && !completed.get()) {
            Thread.onSpinWait();
          }
          deaths.killAll();
          return null;
        };
    for (Future<Void> one : threads.invokeAll(List.of(complete, reap, reap, die))) {
      one.get();
    }
    deaths.reap();
  }

  private void complete(List<ClaimedJob> jobs, Set<UUID> recorded) throws SQLException {
    List<Completion> outcomes =
        jobs.stream()
            .map(
                job ->
                    new Completion(
                        job.id(), job.session(), job.attempt(), new Outcome.Succeeded("1")))
            .toList();
    CompletionStore.Recorded written =
        deaths.completions.complete(outcomes, List.of(), WorkerDeaths.GRACE);
    for (UUID id : written.recorded()) {
      assertThat(recorded.add(id)).as("recorded once").isTrue();
    }
  }
}
