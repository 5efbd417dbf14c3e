package io.millrace.workers.complete;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.announce.AnnounceLoop;
import io.millrace.model.ClaimedJob;
import io.millrace.model.Completion;
import io.millrace.model.JobEvent;
import io.millrace.model.Outcome;
import io.millrace.runtime.Time;
import io.millrace.store.EventStore;
import io.millrace.store.OutboxStore;
import io.millrace.store.ProgressStore;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.MockProducer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The loop is ticked by hand: nothing is written between two ticks. */
class ProgressLoopIT {
  private final ClaimedJobs jobs = new ClaimedJobs();
  private final ProgressLoop loop =
      new ProgressLoop(
          new ProgressStore(jobs.database()),
          new AnnounceLoop(new MockProducer<>(), new OutboxStore(jobs.database())),
          Time.SYSTEM);

  @AfterEach
  void stop() {
    jobs.close();
  }

  @Test
  void progress_betweenTwoWrites_countsOnceAndKeepsItsPlaceAmongOutput() throws Exception {
    ClaimedJob job = jobs.claim();
    AttemptReports reports = loop.reports(job);
    reports.progress(0.1, "one", null);
    reports.output("1");
    reports.progress(0.2, "two", "{\"rows\":2}");
    reports.output("2");
    loop.tick();
    assertThat(details(job))
        .containsExactly(
            "OUTPUT 1",
            "PROGRESS {\"fraction\":0.2,\"message\":\"two\",\"counters\":{\"rows\":2}}",
            "OUTPUT 2");
    loop.tick();
    assertThat(details(job)).as("written once").hasSize(3);
  }

  @Test
  void output_noJson_isDroppedAlone() throws Exception {
    ClaimedJob first = jobs.claim();
    ClaimedJob second = jobs.claim();
    loop.reports(first).output("1");
    loop.reports(second).output("{no json");
    loop.reports(second).output("2");
    loop.tick();
    assertThat(details(first)).containsExactly("OUTPUT 1");
    assertThat(details(second)).containsExactly("OUTPUT 2");
  }

  @Test
  void flush_beforeAnOutcome_writesThatJobsReportsAlone() throws Exception {
    ClaimedJob ending = jobs.claim();
    ClaimedJob other = jobs.claim();
    loop.reports(ending).output("1");
    loop.reports(other).output("2");
    loop.flush(
        List.of(
            new Completion(
                ending.id(), ending.session(), ending.attempt(), new Outcome.Cancelled())));
    assertThat(details(ending)).containsExactly("OUTPUT 1");
    assertThat(details(other)).isEmpty();
  }

  @Test
  void output_farAheadOfTheDatabase_waitsForTheWrite() throws Exception {
    ClaimedJob job = jobs.claim();
    AttemptReports reports = loop.reports(job);
    CountDownLatch hundred = new CountDownLatch(100);
    CompletableFuture<Void> all = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                for (int i = 0; i < 150; i++) {
                  reports.output(Integer.toString(i));
                  hundred.countDown();
                }
                all.complete(null);
              } catch (InterruptedException e) {
                all.completeExceptionally(e);
              }
            });
    assertThat(hundred.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(all).isNotDone();
    loop.tick();
    all.get(30, TimeUnit.SECONDS);
    loop.tick();
    assertThat(details(job)).hasSize(150).first().isEqualTo("OUTPUT 0");
    assertThat(details(job)).last().isEqualTo("OUTPUT 149");
  }

  @Test
  void reports_ofAnAttemptThatIsOver_areDropped() throws Exception {
    ClaimedJob job = jobs.claim();
    ClaimedJob stale =
        new ClaimedJob(
            job.id(),
            job.tenant(),
            job.type(),
            job.session() - 1,
            job.attempt(),
            0,
            3,
            1_000,
            null,
            null,
            0,
            "{}",
            null);
    loop.reports(stale).output("\"stale\"");
    loop.reports(job).output("\"right\"");
    loop.tick();
    assertThat(details(job)).containsExactly("OUTPUT \"right\"");
  }

  private List<String> details(ClaimedJob job) throws Exception {
    return new EventStore(jobs.database())
        .after("t", job.id(), 0, 1_000).stream()
            .filter(
                event ->
                    event.kind().equals(JobEvent.PROGRESS) || event.kind().equals(JobEvent.OUTPUT))
            .map(event -> event.kind() + " " + event.detail())
            .toList();
  }
}
