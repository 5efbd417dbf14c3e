package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Announcement;
import io.millrace.model.ClaimedJob;
import io.millrace.model.ErrorKind;
import io.millrace.model.JobError;
import io.millrace.model.JobEvent;
import io.millrace.model.Outcome;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The moves in a job's log, and how they reach the relay. */
class JobHistoryIT {
  private final Stores stores = new Stores();

  @AfterEach
  void sound() {
    stores.assertSound();
  }

  @Test
  void after_wholeLife_isNumberedWithoutAGap() throws SQLException {
    UUID id = stores.job().submit();
    ClaimedJob first = stores.run(id);
    stores.complete(
        first,
        new Outcome.Retried(
            new JobError(ErrorKind.TIMEOUT, "line one\nline \"two\" \\ é \u2028", 1),
            Duration.ofHours(1)));
    stores.pass(Duration.ofHours(1));
    stores.timers.promote(10, false, Stores.GRACE);
    stores.succeed(stores.run(id));
    List<JobEvent> events = stores.events.after("t", id, 0, 100);
    assertThat(events).extracting(JobEvent::n).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(events)
        .extracting(JobEvent::kind)
        .containsExactly("READY", "RUNNING", "SCHEDULED", "READY", "RUNNING", "SUCCEEDED");
    assertThat(events).extracting(JobEvent::attempt).containsExactly(0, 1, 1, 1, 2, 2);
    assertThat(events.get(2).detail())
        .contains("TIMEOUT")
        .contains("line one\\nline \\\"two\\\" \\\\ é");
    assertThat(events).isSortedAccordingTo(java.util.Comparator.comparing(JobEvent::at));
  }

  @Test
  void after_numberAndLimit_cutTheLog() throws SQLException {
    UUID id = stores.job().submit();
    stores.succeed(stores.run(id));
    assertThat(stores.events.after("t", id, 1, 1)).extracting(JobEvent::n).containsExactly(2);
    assertThat(stores.events.after("t", id, 3, 10)).isEmpty();
    assertThat(stores.events.after("u", id, 0, 10)).isEmpty();
    assertThat(stores.events.after("t", stores.ids.next(), 0, 10)).isEmpty();
  }

  @Test
  void history_beyondItsBound_losesItsOldestLines() throws SQLException {
    UUID id = stores.job().submit();
    long session = stores.worker();
    for (int i = 0; i < 40; i++) {
      ClaimedJob job = stores.claim(session, id).jobs().getFirst();
      stores.complete(job, new Outcome.HandedBack(Duration.ZERO, "x".repeat(2_000)));
    }
    int length =
        stores.database.dsl().fetchSingle("SELECT length(history) FROM job").get(0, Integer.class);
    assertThat(length).isBetween(20_000, 51_000);
    List<JobEvent> events = stores.events.after("t", id, 0, 1_000);
    int first = events.getFirst().n();
    assertThat(first).isGreaterThan(2);
    for (int i = 0; i < events.size(); i++) {
      assertThat(events.get(i).n()).isEqualTo(first + i);
    }
    assertThat(events.getLast().n()).isEqualTo(81);
  }

  @Test
  void relay_findsTheEventsOfItsRows() throws SQLException {
    try (Database publishing = TestDatabase.publishing()) {
      Stores loud = new Stores(publishing);
      UUID id = loud.job().submit();
      ClaimedJob job = loud.run(id);
      Announcement reported =
          loud.progress.report(
              List.of(
                  new ProgressStore.Report(
                      id, job.session(), 1, JobEvent.OUTPUT, 0, "", null, "[1]")),
              Stores.GRACE);
      CompletionStore.Recorded done = loud.succeed(job);
      List<JobEvent> expected = new ArrayList<>(loud.events.after("t", id, 0, 10));
      assertThat(reported).isNotNull();
      assertThat(reported.events()).containsExactly(expected.get(2));
      assertThat(done.announcement()).isNotNull();
      assertThat(done.announcement().events()).containsExactly(expected.get(3));
      List<JobEvent> relayed = new ArrayList<>();
      loud.outbox.take(100, Stores.GRACE).forEach(a -> relayed.addAll(a.events()));
      assertThat(relayed).containsExactlyElementsOf(expected);
      loud.assertSound();
    }
  }
}
