package io.millrace.ops.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.model.ErrorKind;
import io.millrace.model.JobError;
import io.millrace.model.JobState;
import io.millrace.model.JobView;
import io.millrace.model.NewJob;
import io.millrace.model.Priority;
import io.millrace.ops.up.Millrace;
import io.millrace.wire.KafkaSettings;
import io.millrace.wire.Topics;
import io.millrace.workers.upkeep.LeaderLoop;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Workers that are killed, hang, wake up again and are kept busy; one installation for all. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WorkerFaultsIT {
  private static final Duration LEASE = Duration.ofSeconds(2);

  /** Short leases, and Kafka's own lock on a record shorter still. */
  private static final Map<String, String> QUICK =
      Map.of("millrace.worker.lease", LEASE.toSeconds() + "s");

  private final Installation installation =
      Installation.create(
          Map.of(
              "group.share.min.record.lock.duration.ms", "1000",
              "group.share.record.lock.duration.ms", "1000"));
  private final JobTable jobs = new JobTable(installation.stack());
  private Millrace worker;

  @BeforeAll
  void start() {
    worker = installation.start(java.util.Set.of(io.millrace.ops.up.Role.WORKER), QUICK);
  }

  @AfterEach
  void invariantsHold() {
    installation.assertInvariants();
  }

  @AfterAll
  void stop() throws Exception {
    jobs.close();
    installation.close();
  }

  /** Failures 3 and 5: neither the lease nor the broker's lock bounds the length of a job. */
  @Test
  void longJobs_tenLeasesLong_runOnce() throws SQLException {
    List<NewJob> all = submit(60, "sleep", "{\"millis\": " + LEASE.toMillis() * 10 + "}");
    for (NewJob job : all) {
      JobView view = jobs.await(job.id(), JobState.SUCCEEDED);
      assertThat(view.attempt()).isEqualTo(1);
      assertThat(view.details().crashes()).isZero();
    }
  }

  /** Failure 2: all that ran is taken up again within lease, sweep and start. */
  @Test
  void workersKilled_theirJobsRunAgainWithinTheBound() throws Exception {
    worker.close();
    try {
      ChildProcess first = installation.startFaulty(QUICK);
      ChildProcess second = installation.startFaulty(QUICK);
      Installation.awaitWorking(first);
      Installation.awaitWorking(second);
      List<NewJob> all = submit(40, "sleep", "{\"millis\": 600000}");
      UUID once = jobs.submit("test.once", "{\"millis\": 600000}");
      UUID ask = jobs.submit("test.ask", "{\"millis\": 600000}");
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> jobs.count("state = 'RUNNING'") == all.size() + 2);
      first.kill();
      second.kill();
      long killed = System.nanoTime();
      start();
      String again = "state = 'RUNNING' AND attempt = 2";
      await().atMost(Duration.ofSeconds(30)).until(() -> jobs.count(again) == all.size());
      Duration took = Duration.ofNanos(System.nanoTime() - killed);
      // The lease, a sweep of the reaper, an announcement, and the start of the new worker.
      assertThat(took).isLessThan(LEASE.plusSeconds(12));
      assertThat(jobs.await(once, JobState.FAILED).error())
          .extracting(JobError::kind)
          .isEqualTo(ErrorKind.LEASE_LOST);
      assertThat(jobs.await(ask, JobState.WAITING).attempt()).isEqualTo(1);
      for (NewJob job : all) {
        jobs.cancel(job.id(), "seen");
      }
      jobs.cancel(ask, "seen");
      await().atMost(Duration.ofSeconds(30)).until(() -> jobs.count("finished_at IS NULL") == 0);
    } finally {
      if (jobs.number("SELECT count(*) FROM worker WHERE state = 'LIVE'") == 0) {
        start();
      }
    }
  }

  /** Failure 4: whoever wakes up too late finds that his work is another's. */
  @Test
  void workerPausedBeyondItsLease_isFencedOffWhenItWakes() throws Exception {
    worker.close();
    ChildProcess paused = installation.startFaulty(QUICK);
    Installation.awaitWorking(paused);
    UUID id = jobs.submit("sleep", "{\"millis\": 2500}");
    jobs.await(id, JobState.RUNNING);
    paused.pause();
    try {
      start();
      JobView view = jobs.await(id, JobState.SUCCEEDED);
      assertThat(view.attempt()).isEqualTo(2);
      assertThat(view.details().crashes()).isEqualTo(1);
      paused.resume();
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> paused.output().contains("session was declared dead"));
      // It works on, under a new session.
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> jobs.number("SELECT count(*) FROM worker WHERE state = 'LIVE'") == 2);
      assertThat(jobs.kinds(id))
          .containsExactly("READY", "RUNNING", "READY", "RUNNING", "SUCCEEDED");
      assertThat(jobs.view(id).attempt()).isEqualTo(2);
    } finally {
      paused.resume();
      assertThat(paused.terminate()).as(paused.output()).isIn(0, 143);
    }
  }

  /** Failure 7: handlers that keep every carrier thread busy do not keep the heartbeat. */
  @Test
  void handlersSpin_onEveryCore_noLeaseIsLost() throws Exception {
    ChildProcess busy = installation.startFaulty(QUICK);
    Installation.awaitWorking(busy);
    worker.close();
    try {
      int spinning = 2 * Runtime.getRuntime().availableProcessors();
      List<NewJob> spin =
          submit(spinning, "test.spin", "{\"millis\": " + LEASE.toMillis() * 2 + "}");
      List<NewJob> others = submit(100, "sleep", "{\"millis\": 10}");
      for (NewJob job : spin) {
        assertThat(jobs.await(job.id(), JobState.SUCCEEDED).attempt()).isEqualTo(1);
      }
      for (NewJob job : others) {
        assertThat(jobs.await(job.id(), JobState.SUCCEEDED).attempt()).isEqualTo(1);
      }
      assertThat(busy.output()).doesNotContain("session was declared dead");
    } finally {
      assertThat(busy.terminate()).as(busy.output()).isIn(0, 143);
      start();
    }
  }

  /** Failure 6: what is due later waits in the database, and runs once. */
  @Test
  void delayedJobs_runOnceAndNoneEarly() throws SQLException {
    List<NewJob> all =
        IntStream.range(0, 1_000)
            .mapToObj(i -> jobs.job("echo", "{}").delayMillis(1_000 + i * 4L).build())
            .toList();
    jobs.submit(all);
    for (NewJob job : all) {
      assertThat(jobs.await(job.id(), JobState.SUCCEEDED).attempt()).isEqualTo(1);
    }
    assertThat(
            jobs.count(
                "type = 'echo' AND attempt = 1 AND run_at IS NOT NULL AND started_at < run_at"))
        .isZero();
  }

  /** Failure 26: rows and records nobody can make sense of hold up nothing. */
  @Test
  void rowsAndRecordsThatMakeNoSense_areSetAside() throws Exception {
    UUID misfit = jobs.submit("sleep", "{\"millis\": \"soon\"}");
    UUID number = jobs.submit("sleep", "17");
    UUID unknown = jobs.submit("no.such.type", "{}");
    KafkaSettings kafka = new KafkaSettings(installation.stack().bootstrapServers(), Map.of());
    try (Producer<byte[], byte[]> producer = kafka.producer()) {
      String topic = Topics.jobs("default", Priority.NORMAL);
      for (byte[] garbage : List.of(new byte[0], new byte[] {9, 9}, new byte[5_000])) {
        producer.send(new ProducerRecord<>(topic, null, garbage)).get();
      }
      producer.send(new ProducerRecord<>(topic, new byte[] {1}, null)).get();
    }
    List<NewJob> others = submit(50, "echo", "{}");
    for (NewJob job : others) {
      assertThat(jobs.await(job.id(), JobState.SUCCEEDED).attempt()).isEqualTo(1);
    }
    for (UUID bad : List.of(misfit, number)) {
      assertThat(jobs.await(bad, JobState.FAILED).error())
          .extracting(JobError::kind)
          .isEqualTo(ErrorKind.BAD_PAYLOAD);
    }
    jobs.await(unknown, JobState.SCHEDULED);
    assertThat(jobs.view(unknown).failures()).isZero();
    jobs.cancel(unknown, "nobody runs it");
    jobs.await(unknown, JobState.CANCELLED);
  }

  /** The lead passes on when its holder dies: work that only the leader does goes on. */
  @Test
  void leaderKilled_anotherLeadsWithinSeconds() throws Exception {
    worker.close();
    ChildProcess leader = installation.startFaulty(QUICK);
    Installation.awaitWorking(leader);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> leader.output().contains("leads the upkeep from now on"));
    start();
    LeaderLoop second = worker.part(LeaderLoop.class);
    assertThat(second.leads()).isFalse();
    leader.kill();
    long killed = System.nanoTime();
    await().atMost(Duration.ofSeconds(30)).until(second::leads);
    assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(Duration.ofSeconds(6));
  }

  private List<NewJob> submit(int count, String type, String payload) throws SQLException {
    List<NewJob> all =
        IntStream.range(0, count).mapToObj(i -> jobs.job(type, payload).build()).toList();
    jobs.submit(all);
    return all;
  }
}
