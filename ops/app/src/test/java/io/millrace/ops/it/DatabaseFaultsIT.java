package io.millrace.ops.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.model.JobState;
import io.millrace.model.JobView;
import io.millrace.model.NewJob;
import io.millrace.ops.up.Millrace;
import io.millrace.ops.up.Role;
import io.millrace.workers.boot.WorkerRuntime;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Connections that break at the worst moment, commits that come late, marks that fail. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DatabaseFaultsIT {
  private final Installation installation = Installation.create();
  private final JobTable jobs = new JobTable(installation.stack());
  private final TcpProxy proxy =
      TcpProxy.to(URI.create(installation.stack().jdbcUrl().substring("jdbc:".length())).getPort());
  private WorkerRuntime worker;
  private Jobs api;

  @BeforeAll
  void start() {
    Map<String, String> throughTheProxy =
        Map.of(
            "millrace.database.url",
            installation.stack().jdbcUrl().replaceFirst(":\\d+/", ":" + proxy.port() + "/"));
    Millrace both = installation.start(Set.of(Role.API, Role.WORKER), throughTheProxy);
    worker = both.part(WorkerRuntime.class);
    api = Installation.jobs(both);
    api.succeeded(api.submit("echo", "{}"));
  }

  @AfterAll
  void stop() throws Exception {
    jobs.close();
    installation.close();
    proxy.close();
  }

  /** Failure 19, of a submission. */
  @Test
  void submit_answerOfTheCommitLost_jobIsThereOnce() throws SQLException {
    int before = proxy.cuts();
    for (int i = 0; i < 3; i++) {
      String marker = "lost-submission-" + i;
      proxy.loseTheAnswerTo(marker);
      String id = api.submit("echo", "{\"value\": \"" + marker + "\"}");
      assertThat(api.succeeded(id).path("attempt").asInt()).isEqualTo(1);
      assertThat(jobs.count("payload::text LIKE '%" + marker + "%'")).isEqualTo(1);
    }
    assertThat(proxy.cuts() - before).isEqualTo(3);
  }

  /** Failure 19, of a claim and of the outcome. */
  @Test
  void work_answersOfClaimAndOutcomeLost_runsOnceAndIsRecordedOnce() throws SQLException {
    int before = proxy.cuts();
    for (int i = 0; i < 3; i++) {
      int cuts = proxy.cuts();
      NewJob job = jobs.job("sleep", "{\"millis\": 1500}").build();
      proxy.loseTheAnswerTo(job.id());
      // Past the proxy: the first request that names the job is its claim.
      jobs.submit(List.of(job));
      await().atMost(Duration.ofSeconds(30)).until(() -> proxy.cuts() > cuts);
      jobs.await(job.id(), JobState.RUNNING);
      await().atMost(Duration.ofSeconds(30)).until(() -> worker.running() == 1);
      proxy.loseTheAnswerTo(job.id());
      JobView view = jobs.await(job.id(), JobState.SUCCEEDED);
      await().atMost(Duration.ofSeconds(30)).until(() -> worker.running() == 0);
      assertThat(view.attempt()).isEqualTo(1);
      assertThat(jobs.kinds(job.id())).containsExactly("READY", "RUNNING", "SUCCEEDED");
    }
    assertThat(proxy.cuts() - before).isEqualTo(6);
  }

  /** Failure 15: published and not marked, for as long as it lasts. */
  @Test
  void announce_markFails_isPublishedAgainAndRunsOnce() throws SQLException {
    jobs.execute(
        """
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN RAISE EXCEPTION 'not marked'; END $$;
        CREATE TRIGGER refuse BEFORE DELETE ON outbox FOR EACH STATEMENT EXECUTE FUNCTION refuse()""");
    List<String> ids = new ArrayList<>();
    try {
      ids.addAll(api.submitMany(20, "echo", "{}"));
      ids.forEach(api::succeeded);
      assertThat(jobs.number("SELECT count(*) FROM outbox")).isPositive();
      // A relay takes them again after their grace of 5 s.
      await()
          .atMost(Duration.ofSeconds(15))
          .until(() -> jobs.number("SELECT count(*) FROM outbox WHERE due_at < now()") > 0);
    } finally {
      jobs.execute("DROP FUNCTION refuse CASCADE");
    }
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> jobs.number("SELECT count(*) FROM outbox") == 0);
    ids.forEach(id -> assertThat(api.status(id).path("attempt").asInt()).isEqualTo(1));
  }

  /** Failure 16: rows with lower numbers become visible after rows with higher ones. */
  @Test
  void relay_commitsOutOfOrder_skipsNoRow() throws Exception {
    jobs.execute(
        """
        CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN PERFORM pg_sleep(random() * 0.4); RETURN NULL; END $$;
        CREATE CONSTRAINT TRIGGER late AFTER INSERT ON outbox DEFERRABLE INITIALLY DEFERRED
          FOR EACH ROW EXECUTE FUNCTION late()""");
    List<UUID> ids = new ArrayList<>();
    try (ExecutorService submitters = Executors.newVirtualThreadPerTaskExecutor();
        JobTable many = new JobTable(installation.stack(), 12)) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < 120; i++) {
        List<NewJob> batch =
            IntStream.range(0, 5).mapToObj(n -> many.job("echo", "{}").build()).toList();
        batch.forEach(job -> ids.add(job.id()));
        running.add(
            submitters.submit(
                () -> {
                  many.submit(batch);
                  return null;
                }));
      }
      for (Future<?> one : running) {
        one.get();
      }
    } finally {
      jobs.execute("DROP FUNCTION late CASCADE");
    }
    for (UUID id : ids) {
      assertThat(jobs.await(id, JobState.SUCCEEDED).attempt()).isEqualTo(1);
    }
  }

  /** A slow network and one that is gone for longer than a lease: late, and nothing lost. */
  @Test
  void network_slowThenGone_jobsOfALiveWorkerRunOn() throws SQLException {
    proxy.delay(40);
    UUID slow = jobs.submit("sleep", "{\"millis\": 6000}");
    jobs.await(slow, JobState.RUNNING);
    proxy.delay(0);
    proxy.blackHole(true);
    await().pollDelay(Duration.ofSeconds(4)).until(() -> true);
    proxy.blackHole(false);
    proxy.cutAll();
    assertThat(jobs.await(slow, JobState.SUCCEEDED).attempt()).isEqualTo(1);
    api.succeeded(api.submit("echo", "{}"));
  }
}
