package io.millrace.workers.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.dataset.DatasetRoot;
import io.millrace.dataset.TenantDatasets;
import io.millrace.workers.analysis.profile.ProfileReport;
import io.millrace.workers.handler.JobStoppedException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** Attempts that die. A chunk of these files is 16 blocks, about 40,000 rows. */
class ProfileResumeIT extends ProfileScenario {
  private static final int BLOCKS_PER_CHUNK = 16;

  @Test
  void run_attemptDiesBetweenBlocks_nextAttemptResumesAndResultIsTheSame() throws Exception {
    resumesWithTheSameResult("rows.csv");
  }

  @Test
  void run_attemptOnGzipDies_nextAttemptResumesAndResultIsTheSame() throws Exception {
    resumesWithTheSameResult("rows.csv.gz");
  }

  private void resumesWithTheSameResult(String name) throws Exception {
    SampleRows.write(root.resolve("rows.csv"), 120_000, 3);
    gzip("rows.csv", "rows.csv.gz");
    ObjectNode whole = comparable(handler.run(ProfilePayload.of(name), first()));
    UUID job = UUID.randomUUID();

    dies(new DyingContext(job, 1, 2 * BLOCKS_PER_CHUNK + 5), name);
    assertThat(storedRows()).isPositive();
    RecordingContext second = new RecordingContext(job, 2);
    ProfileReport report = newHandler().run(ProfilePayload.of(name), second);

    ProfileReport.Resumed resumed = report.resumed();
    assertThat(resumed).isNotNull();
    assertThat(resumed.fromRow()).isBetween(30_000L, 119_999L);
    assertThat(resumed.attempt()).isEqualTo(2);
    assertThat(second.lines())
        .singleElement()
        .asString()
        .startsWith("resumed from row %,d".formatted(resumed.fromRow()));
    assertThat(comparable(report)).isEqualTo(whole);
  }

  @Test
  void run_attemptDiesAgainAndAgain_eachGoesOnFromTheLast() throws Exception {
    SampleRows.write(root.resolve("rows.csv"), 120_000, 4);
    ObjectNode whole = comparable(handler.run(ProfilePayload.of("rows.csv"), first()));
    UUID job = UUID.randomUUID();

    dies(new DyingContext(job, 1, BLOCKS_PER_CHUNK + 2), "rows.csv");
    dies(new DyingContext(job, 2, BLOCKS_PER_CHUNK + 2), "rows.csv");
    ProfileReport report = handler.run(ProfilePayload.of("rows.csv"), new RecordingContext(job, 3));

    assertThat(comparable(report)).isEqualTo(whole);
  }

  @Test
  void run_attemptDiesInItsFirstChunk_nextStartsFromTheBeginning() throws Exception {
    SampleRows.write(root.resolve("rows.csv"), 30_000, 5);
    UUID job = UUID.randomUUID();

    dies(new DyingContext(job, 1, 3), "rows.csv");
    ProfileReport report = handler.run(ProfilePayload.of("rows.csv"), new RecordingContext(job, 2));

    assertThat(report.resumed()).isNull();
    assertThat(report.rows()).isEqualTo(30_000);
  }

  @Test
  void run_fileChangedBetweenAttempts_startsOverAndSaysSo() throws Exception {
    SampleRows.write(root.resolve("rows.csv"), 60_000, 6);
    UUID job = UUID.randomUUID();
    dies(new DyingContext(job, 1, BLOCKS_PER_CHUNK + 4), "rows.csv");

    SampleRows.write(root.resolve("rows.csv"), 1_000, 7);
    RecordingContext second = new RecordingContext(job, 2);
    ProfileReport report = handler.run(ProfilePayload.of("rows.csv"), second);

    assertThat(report.rows()).isEqualTo(1_000);
    assertThat(report.resumed()).isNull();
    assertThat(second.lines()).singleElement().asString().startsWith("started over");
  }

  /**
   * A worker that hangs is to the database the same as one that was killed: its execution stays
   * STARTED. When it comes back it must not be able to write.
   */
  @Test
  void run_hangingAttemptIsReplaced_isRecoveredAndCannotWriteWhenItComesBack() throws Exception {
    SampleRows.write(root.resolve("rows.csv"), 120_000, 8);
    ObjectNode whole = comparable(handler.run(ProfilePayload.of("rows.csv"), first()));
    UUID job = UUID.randomUUID();
    HangingContext hanging = new HangingContext(job, BLOCKS_PER_CHUNK + 5);
    CompletableFuture<Throwable> stale = runAside(hanging);
    hanging.awaitHanging();
    assertThat(
            database.number(
                "select count(*) from batch.batch_job_execution where status = 'STARTED'"))
        .isEqualTo(1);

    dies(new DyingContext(job, 2, BLOCKS_PER_CHUNK + 3), "rows.csv");
    long held = checkpointVersion(job);
    hanging.release();

    assertThat(stale.get(60, TimeUnit.SECONDS)).isInstanceOf(JobStoppedException.class);
    assertThat(checkpointVersion(job)).isEqualTo(held);
    ProfileReport report = handler.run(ProfilePayload.of("rows.csv"), new RecordingContext(job, 3));
    assertThat(comparable(report)).isEqualTo(whole);
  }

  @Test
  void run_laterAttemptHoldsTheJob_stopsAtOnce() throws Exception {
    SampleRows.write(root.resolve("rows.csv"), 60_000, 9);
    UUID job = UUID.randomUUID();
    dies(new DyingContext(job, 5, BLOCKS_PER_CHUNK + 4), "rows.csv");

    assertThat(
            catchThrowableOfType(
                JobStoppedException.class,
                () -> handler.run(ProfilePayload.of("rows.csv"), new RecordingContext(job, 4))))
        .hasMessageContaining("later attempt");

    assertThat(handler.run(ProfilePayload.of("rows.csv"), new RecordingContext(job, 6)).resumed())
        .isNotNull();
  }

  @Test
  void run_resultLostAfterTheLastChunk_isMadeAgain() throws Exception {
    SampleRows.write(root.resolve("rows.csv"), 500, 10);
    UUID job = UUID.randomUUID();
    // Dies after the whole file is committed and Spring Batch calls the instance complete.
    Iterator<Long> clock = List.of(0L).iterator();
    var dying =
        new DatasetProfileHandler(
            database.dataSource(), new TenantDatasets(new DatasetRoot(root), "test"), clock::next);
    assertThat(
            catchThrowable(
                () -> dying.run(ProfilePayload.of("rows.csv"), new RecordingContext(job, 1))))
        .isNotNull();
    assertThat(storedRows()).isPositive();

    ProfileReport report = handler.run(ProfilePayload.of("rows.csv"), new RecordingContext(job, 2));

    assertThat(report.rows()).isEqualTo(500);
  }

  @Test
  void run_ndjson_resumesWithColumnsFoundOnTheWay() throws Exception {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 120_000; i++) {
      text.append("{\"id\":").append(i).append(",\"name\":\"value number ").append(i % 700);
      text.append(i > 60_000 ? "\",\"late\":{\"x\":[1]}}\n" : "\"}\n");
    }
    Files.writeString(root.resolve("rows.ndjson"), text);
    ObjectNode whole = comparable(handler.run(ProfilePayload.of("rows.ndjson"), first()));
    UUID job = UUID.randomUUID();

    dies(new DyingContext(job, 1, BLOCKS_PER_CHUNK + 2), "rows.ndjson");
    ProfileReport report =
        handler.run(ProfilePayload.of("rows.ndjson"), new RecordingContext(job, 2));

    assertThat(report.resumed()).isNotNull();
    assertThat(report.columns().getLast().nulls()).isEqualTo(60_001);
    assertThat(report.columns().getLast().type()).isEqualTo("object");
    assertThat(comparable(report)).isEqualTo(whole);
  }

  @Test
  void trim_abandonedJob_isDeleted() throws Exception {
    SampleRows.write(root.resolve("rows.csv"), 60_000, 12);
    dies(new DyingContext(UUID.randomUUID(), 1, BLOCKS_PER_CHUNK + 4), "rows.csv");

    assertThat(handler.trim(Duration.ofDays(1), 10)).isZero();
    assertThat(storedRows()).isPositive();
    assertThat(handler.trim(Duration.ZERO, 10)).isEqualTo(1);
  }
}
