package io.millrace.workers.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.dataset.DatasetRoot;
import io.millrace.dataset.TenantDatasets;
import io.millrace.workers.analysis.profile.ProfileReport;
import io.millrace.workers.handler.JobContext;
import io.millrace.workers.handler.JobFailedException;
import io.millrace.workers.handler.JobStoppedException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A handler on a real PostgreSQL and a folder of datasets; nothing of a job may be left behind. */
abstract class ProfileScenario {
  private static final JsonMapper JSON = new JsonMapper();
  static ProfileDatabase database;

  @TempDir Path root;
  DatasetProfileHandler handler;

  @BeforeAll
  static void startDatabase() throws Exception {
    database = new ProfileDatabase();
  }

  @AfterAll
  static void stopDatabase() throws Exception {
    database.close();
  }

  @BeforeEach
  void createHandler() {
    handler = newHandler();
  }

  @AfterEach
  void leavesNothingBehind() throws SQLException {
    long left = storedRows();
    handler.trim(Duration.ZERO, 100); // So that one failed test does not fail the others.
    assertThat(left).isZero();
  }

  DatasetProfileHandler newHandler() {
    return new DatasetProfileHandler(
        database.dataSource(), new TenantDatasets(new DatasetRoot(root), "test"), System::nanoTime);
  }

  static RecordingContext first() {
    return RecordingContext.first();
  }

  JobFailedException failureOf(String dataset) {
    return catchThrowableOfType(
        JobFailedException.class, () -> handler.run(ProfilePayload.of(dataset), first()));
  }

  void dies(JobContext context, String dataset) {
    assertThat(
            catchThrowableOfType(
                JobStoppedException.class, () -> handler.run(ProfilePayload.of(dataset), context)))
        .isNotNull();
  }

  CompletableFuture<Throwable> runAside(JobContext context) {
    CompletableFuture<Throwable> end = new CompletableFuture<>();
    Thread.ofPlatform()
        .start(
            () -> {
              try {
                handler.run(ProfilePayload.of("rows.csv"), context);
                end.complete(new AssertionError("the stale attempt succeeded"));
              } catch (Throwable e) {
                end.complete(e);
              }
            });
    return end;
  }

  static long checkpointVersion(UUID job) throws SQLException {
    return database.number(
        "select xmin::text::bigint from profile_checkpoint where job_id = '" + job + "'");
  }

  static long storedRows() throws SQLException {
    long checkpoints =
        database.number(
            "select (select count(*) from profile_checkpoint)"
                + " + (select count(*) from profile_checkpoint_column)");
    boolean tables =
        database.number("select count(*) from pg_tables where schemaname = 'batch'") > 0;
    return checkpoints
        + (tables
            ? database.number(
                "select (select count(*) from batch.batch_job_instance)"
                    + " + (select count(*) from batch.batch_job_execution)"
                    + " + (select count(*) from batch.batch_job_execution_params)"
                    + " + (select count(*) from batch.batch_job_execution_context)"
                    + " + (select count(*) from batch.batch_step_execution)"
                    + " + (select count(*) from batch.batch_step_execution_context)")
            : 0);
  }

  /**
   * A report without what may differ between two runs: the time they took, where they resumed, and
   * what KLL estimates, since it flips coins. The bounds of that are compared in other tests.
   */
  static ObjectNode comparable(ProfileReport report) {
    ObjectNode tree = JSON.valueToTree(report);
    tree.remove("durationMillis");
    tree.remove("resumed");
    for (var column : tree.path("columns")) {
      for (String part : new String[] {"quantiles", "histogram"}) {
        if (!column.path(part).path("exact").booleanValue(true)) {
          ((ObjectNode) column).remove(part);
        }
      }
    }
    return tree;
  }

  void gzip(String from, String to) throws IOException {
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(root.resolve(to)))) {
      Files.copy(root.resolve(from), out);
    }
  }
}
