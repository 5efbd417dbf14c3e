package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.ClaimedJob;
import io.millrace.model.JobEvent;
import io.millrace.model.JobView;
import io.millrace.model.Limits;
import io.millrace.model.Outcome;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What running attempts say. */
class ProgressStoreIT {
  private final Stores stores = new Stores();

  @AfterEach
  void sound() {
    stores.assertSound();
  }

  private static ProgressStore.Report progress(ClaimedJob job, double fraction) {
    return new ProgressStore.Report(
        job.id(),
        job.session(),
        job.attempt(),
        JobEvent.PROGRESS,
        fraction,
        "at " + fraction,
        "{\"rows\": 3}",
        null);
  }

  private static ProgressStore.Report output(ClaimedJob job, String json) {
    return new ProgressStore.Report(
        job.id(), job.session(), job.attempt(), JobEvent.OUTPUT, 0, "", null, json);
  }

  /** Was red: the statement never ran, its ORDER BY was ambiguous. */
  @Test
  void report_progressAndOutput_areNumberedAmongTheMoves() throws SQLException {
    UUID id = stores.job().submit();
    ClaimedJob job = stores.run(id);
    stores.progress.report(
        List.of(progress(job, 0.25), output(job, "{\"a\": 1}"), progress(job, 0.5)), Stores.GRACE);
    stores.succeed(job);
    assertThat(stores.kinds(id))
        .containsExactly("READY", "RUNNING", "PROGRESS", "OUTPUT", "PROGRESS", "SUCCEEDED");
    List<JobEvent> events = stores.events.after("t", id, 2, 2);
    assertThat(events).extracting(JobEvent::n).containsExactly(3, 4);
    assertThat(events.getFirst().detail())
        .isEqualTo("{\"fraction\":0.25,\"message\":\"at 0.25\",\"counters\":{\"rows\":3}}");
    assertThat(events.getLast().detail()).isEqualTo("{\"a\": 1}");
    JobView.Progress shown = stores.view(id).progress();
    assertThat(shown).isNotNull();
    assertThat(shown.fraction()).isEqualTo(0.5);
    assertThat(shown.counters()).isEqualTo("{\"rows\": 3}");
  }

  @Test
  void report_severalJobs_eachHasItsNumbers() throws SQLException {
    ClaimedJob a = stores.run(stores.job().submit());
    ClaimedJob b = stores.run(stores.job().submit());
    stores.progress.report(
        List.of(progress(a, 0.1), progress(a, 0.2), progress(b, 0.3)), Stores.GRACE);
    assertThat(stores.events.after("t", a.id(), 2, 9))
        .extracting(JobEvent::n)
        .containsExactly(3, 4);
    assertThat(stores.events.after("t", b.id(), 2, 9)).extracting(JobEvent::n).containsExactly(3);
  }

  @Test
  void report_lostLease_isDropped() throws SQLException {
    ClaimedJob job = stores.run(stores.job().submit());
    stores.reapAll();
    assertThat(stores.progress.report(List.of(progress(job, 0.5)), Stores.GRACE)).isNull();
    assertThat(stores.kinds(job.id())).containsExactly("READY", "RUNNING", "READY");
    assertThat(stores.view(job.id()).progress()).isNull();
  }

  /** Was red: reports of the earlier attempt took numbers the job had not counted. */
  @Test
  void report_earlierAndCurrentAttemptInOneBatch_keepsTheCurrentOnly() throws SQLException {
    UUID id = stores.job().submit();
    long session = stores.worker();
    ClaimedJob first = stores.claim(session, id).jobs().getFirst();
    stores.complete(first, new Outcome.HandedBack(Duration.ZERO, "why"));
    ClaimedJob second = stores.claim(session, id).jobs().getFirst();
    stores.progress.report(
        List.of(progress(first, 0.9), progress(first, 0.95), progress(second, 0.1)), Stores.GRACE);
    assertThat(stores.events.after("t", id, 0, 99))
        .extracting(JobEvent::n)
        .containsExactly(1, 2, 3, 4, 5);
    assertThat(java.util.Objects.requireNonNull(stores.view(id).progress()).fraction())
        .isCloseTo(0.1, org.assertj.core.data.Offset.offset(0.001));
    stores.progress.report(List.of(progress(second, 0.2)), Stores.GRACE);
    stores.succeed(second);
    assertThat(stores.kinds(id)).hasSize(7).endsWith("PROGRESS", "PROGRESS", "SUCCEEDED");
  }

  @Test
  void report_beyondTheBound_trimsTheOldest() throws SQLException {
    ClaimedJob job = stores.run(stores.job().submit());
    for (int batch = 0; batch < 6; batch++) {
      List<ProgressStore.Report> reports = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        reports.add(output(job, "[" + i + "]"));
      }
      stores.progress.report(reports, Stores.GRACE);
    }
    assertThat(stores.count("job_event"))
        .isBetween((long) Limits.MAX_EVENTS, Limits.MAX_EVENTS + 300L);
    List<JobEvent> rest = stores.events.after("t", job.id(), 2, 1);
    assertThat(rest.getFirst().n()).isGreaterThan(3);
    stores.succeed(job);
    assertThat(stores.events.after("t", job.id(), 1802, 10))
        .extracting(JobEvent::kind)
        .containsExactly("SUCCEEDED");
  }

  @Test
  void log_lines_areKeptOnceAndInOrder() throws SQLException {
    ClaimedJob job = stores.run(stores.job().submit());
    List<ProgressStore.Line> lines =
        List.of(
            new ProgressStore.Line(job.id(), 1, 0, Instant.EPOCH, "first"),
            new ProgressStore.Line(job.id(), 1, 1, Instant.EPOCH, "second"),
            new ProgressStore.Line(stores.ids.next(), 1, 0, Instant.EPOCH, "nobody's"));
    stores.progress.log(lines);
    stores.progress.log(lines);
    assertThat(stores.jobs.log("t", job.id(), 10))
        .extracting(JobStore.LogLine::line)
        .containsExactly("first", "second");
    assertThat(stores.count("job_log")).isEqualTo(2);
  }
}
