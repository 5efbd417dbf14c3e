package io.millrace.ops.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.model.ErrorKind;
import io.millrace.model.JobError;
import io.millrace.model.JobState;
import io.millrace.model.JobView;
import io.millrace.model.NewJob;
import io.millrace.ops.up.Millrace;
import io.millrace.workers.quarantine.LaneKeeper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Jobs that kill the workers that run them, and what the others notice of it: nothing but time. */
class QuarantineIT {
  private static final String LANE = "SELECT count(*) FROM job_quarantine";

  private final Installation installation = Installation.create();
  private final JobTable jobs = new JobTable(installation.stack());

  @BeforeEach
  void makeTables() {
    jobs.migrate();
  }

  @AfterEach
  void stop() throws Exception {
    jobs.close();
    installation.close();
  }

  @Test
  void jobsThatKillTheirWorkers_dieAlone_andTheOthersFinish() throws Exception {
    List<NewJob> others =
        IntStream.range(0, 150)
            .mapToObj(i -> jobs.job("sleep", "{\"millis\": 200}").build())
            .toList();
    UUID halt = jobs.submit("test.halt", "{\"millis\": 100}");
    UUID memory = jobs.submit("test.memory", "{}");
    UUID twice = jobs.submit("test.halt", "{\"upToAttempt\": 2, \"millis\": 100}");
    jobs.submit(others);

    List<ChildProcess> workers = new ArrayList<>();
    int deaths = 0;
    long end = System.nanoTime() + Duration.ofSeconds(120).toNanos();
    while (jobs.count("finished_at IS NULL") > 0) {
      assertThat(System.nanoTime()).as("%s", jobs.view(halt)).isLessThan(end);
      if (workers.isEmpty() || !workers.getLast().isAlive()) {
        deaths += workers.isEmpty() ? 0 : 1;
        // As a supervisor does it.
        workers.add(installation.startFaulty(Map.of("millrace.worker.quarantine.heap", "128MB")));
        Installation.awaitWorking(workers.getLast());
      }
      await().pollDelay(Duration.ofMillis(100)).until(() -> true);
    }
    assertThat(deaths).as("workers that died").isBetween(2, 3);
    assertCondemned(jobs.view(halt), "exit code " + FaultyHandler.HALT_CODE + ";");
    assertCondemned(jobs.view(memory), "exit code 3 (out of memory);");
    JobView survivor = jobs.view(twice);
    assertThat(survivor.state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(survivor.attempt()).isEqualTo(3);
    assertThat(survivor.failures()).isZero();
    assertThat(jobs.count("type = 'sleep' AND state = 'SUCCEEDED' AND failures = 0"))
        .isEqualTo(others.size());
    assertThat(workers.getLast().output()).contains("a job died in quarantine and is failed");
  }

  @Test
  void jobThatCallsExit_isFailedAndEndsOneWorker() throws Exception {
    ChildProcess worker = installation.startFaulty(Map.of());
    Installation.awaitWorking(worker);
    UUID exit = jobs.submit("test.exit", "{}");
    UUID other = jobs.submit("sleep", "{\"millis\": 8000}");
    JobView view = jobs.await(exit, JobState.FAILED);
    assertThat(view.error()).extracting(JobError::kind).isEqualTo(ErrorKind.BUG);
    assertThat(Objects.requireNonNull(view.error()).message()).contains("System.exit");
    await().atMost(Duration.ofSeconds(30)).until(() -> !worker.isAlive());
    assertThat(jobs.view(other).failures()).isZero();
    installation.startWorker();
    jobs.await(other, JobState.SUCCEEDED);
  }

  @Test
  void lane_workerStopped_itsRunnerHandsTheJobBackToTheLane() throws Exception {
    UUID slow = jobs.poisoned("sleep", "{\"millis\": 5000}");
    UUID next = jobs.poisoned("echo", "{\"value\": 1}");
    assertThat(jobs.number(LANE)).isEqualTo(2);
    Millrace worker = installation.startWorker();
    jobs.await(slow, JobState.RUNNING);
    assertThat(jobs.view(slow).worker()).contains("/quarantine-");
    assertThat(jobs.view(next).state()).as("one at a time").isEqualTo(JobState.BLOCKED);
    worker.close();
    assertThat(jobs.view(slow).state()).isEqualTo(JobState.BLOCKED);
    assertThat(jobs.view(slow).details().crashes()).isEqualTo(2);
    assertThat(jobs.number(LANE)).isEqualTo(2);

    Millrace other = installation.startWorker();
    assertThat(jobs.await(next, JobState.SUCCEEDED).failures()).isZero();
    assertThat(jobs.await(slow, JobState.SUCCEEDED).attempt()).isEqualTo(4);
    assertThat(jobs.number("SELECT count(*) FROM worker WHERE quarantine AND running > 1"))
        .isZero();
    LaneKeeper keeper = other.part(LaneKeeper.class);
    await().atMost(Duration.ofSeconds(10)).until(() -> keeper.length() == 0);
    assertThat(keeper.startTrouble()).isNull();
  }

  @Test
  void lane_workerKilled_itsRunnerEndsAndTheJobIsNotCondemned() throws Exception {
    UUID slow = jobs.poisoned("sleep", "{\"millis\": 4000}");
    ChildProcess worker = installation.startFaulty(Map.of());
    Installation.awaitWorking(worker);
    jobs.await(slow, JobState.RUNNING);
    worker.kill();
    jobs.await(slow, JobState.BLOCKED);
    assertThat(jobs.number("SELECT count(*) FROM worker WHERE quarantine AND state = 'DEAD'"))
        .isZero();
    installation.startWorker();
    assertThat(jobs.await(slow, JobState.SUCCEEDED).details().crashes()).isEqualTo(2);
  }

  private static void assertCondemned(JobView view, String ending) {
    assertThat(view.state()).as("%s", view).isEqualTo(JobState.FAILED);
    assertThat(view.error()).extracting(JobError::kind).isEqualTo(ErrorKind.CRASHED);
    assertThat(Objects.requireNonNull(view.error()).message())
        .contains("/quarantine-", "alone: " + ending, "had died of it before");
  }
}
