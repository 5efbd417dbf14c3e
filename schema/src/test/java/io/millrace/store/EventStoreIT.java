package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Announcement;
import io.millrace.model.ClaimedJob;
import io.millrace.model.Completion;
import io.millrace.model.JobEvent;
import io.millrace.model.Limits;
import io.millrace.model.NewJob;
import io.millrace.model.Outcome;
import io.millrace.model.Priority;
import io.millrace.runtime.Ids;
import io.millrace.store.EventStore.Head;
import io.millrace.store.EventStore.Page;
import io.millrace.store.EventStore.Position;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Reading the logs of many jobs at once, on a real PostgreSQL. */
class EventStoreIT {
  private static final Duration GRACE = Duration.ZERO;

  private final Database database = TestDatabase.clean();
  private final Ids ids = new Ids();
  private final EventStore events = new EventStore(database);
  private final ProgressStore progress = new ProgressStore(database);
  private final OutboxStore outbox = new OutboxStore(database);

  @AfterEach
  void invariantsHold() {
    assertThat(new InvariantStore(database).broken()).isEmpty();
  }

  @Test
  void pages_severalJobs_eachFromItsOwnPosition() throws SQLException {
    List<ClaimedJob> jobs = claim(2);
    UUID first = jobs.getFirst().id();
    UUID second = jobs.getLast().id();
    report(jobs.getFirst(), JobEvent.PROGRESS, 2);
    complete(jobs.getFirst());
    List<Page> pages =
        events.pages(List.of(new Position("t", first, 1), new Position("t", second, 2)), 100);
    assertThat(pages).hasSize(2);
    Page one = page(pages, first);
    assertThat(one.head()).isEqualTo(new Head(first, 5, true));
    assertThat(one.events()).extracting(JobEvent::n).containsExactly(2, 3, 4, 5);
    assertThat(one.events())
        .extracting(JobEvent::kind)
        .containsExactly("RUNNING", "PROGRESS", "PROGRESS", "SUCCEEDED");
    assertThat(one.events()).extracting(JobEvent::attempt).containsOnly(1);
    Page other = page(pages, second);
    assertThat(other.head()).isEqualTo(new Head(second, 2, false));
    assertThat(other.events()).isEmpty();
  }

  @Test
  void pages_moreThanTheLimit_areTheFirstOnes() throws SQLException {
    ClaimedJob job = claim(1).getFirst();
    report(job, JobEvent.PROGRESS, 6);
    Page page = events.pages(List.of(new Position("t", job.id(), 0)), 3).getFirst();
    assertThat(page.events()).extracting(JobEvent::n).containsExactly(1, 2, 3);
    assertThat(page.head().last()).isEqualTo(8);
  }

  @Test
  void pages_longOutputs_endBelowTheLimitOfBytesButAreNeverEmpty() throws SQLException {
    ClaimedJob job = claim(1).getFirst();
    report(job, JobEvent.OUTPUT, 10);
    List<Integer> seen = new ArrayList<>();
    int after = 2;
    while (after < 12) {
      Page page = events.pages(List.of(new Position("t", job.id(), after)), 100).getFirst();
      assertThat(page.events()).isNotEmpty();
      assertThat(page.events().stream().mapToInt(e -> String.valueOf(e.detail()).length()).sum())
          .isLessThanOrEqualTo(Limits.MAX_EVENT_PAGE_BYTES);
      page.events().forEach(e -> seen.add(e.n()));
      after = seen.getLast();
    }
    assertThat(seen).isEqualTo(IntStream.rangeClosed(3, 12).boxed().toList());
  }

  @Test
  void pagesAndHeads_otherTenant_findNothing() throws SQLException {
    ClaimedJob job = claim(1).getFirst();
    List<Position> asOther = List.of(new Position("other", job.id(), 0));
    assertThat(events.pages(asOther, 10)).isEmpty();
    assertThat(events.heads(asOther)).isEmpty();
    assertThat(events.heads(List.of(new Position("t", job.id(), 0))))
        .containsExactly(new Head(job.id(), 2, false));
  }

  @Test
  void cancel_runningJob_publishesThatItWasAsked() throws SQLException {
    // A database of its own: publishing cannot be switched off again.
    try (Database publishing =
        Database.open(
            TestDatabase.url(),
            TestDatabase.USERNAME,
            TestDatabase.PASSWORD,
            2,
            Duration.ofSeconds(5))) {
      publishing.publishEvents();
      ClaimedJob job = claim(1).getFirst();
      new OutboxStore(publishing).take(100, GRACE);
      CancelStore.Cancelled cancelled =
          new CancelStore(publishing).cancel("t", job.id(), "enough", GRACE);
      assertThat(cancelled.cancelled()).isZero();
      Announcement announcement = cancelled.announcement();
      assertThat(announcement).isNotNull();
      assertThat(announcement.events())
          .singleElement()
          .satisfies(
              e -> {
                assertThat(e.n()).isEqualTo(3);
                assertThat(e.kind()).isEqualTo(JobEvent.CANCEL_REQUESTED);
                assertThat(e.detail()).contains("enough");
              });
      assertThat(outbox.take(100, GRACE))
          .filteredOn(row -> row.outboxId() == announcement.outboxId())
          .singleElement()
          .satisfies(row -> assertThat(row.events()).isEqualTo(announcement.events()));
    }
  }

  private static Page page(List<Page> pages, UUID id) {
    return pages.stream().filter(p -> p.head().id().equals(id)).findFirst().orElseThrow();
  }

  private List<ClaimedJob> claim(int count) throws SQLException {
    List<NewJob> jobs =
        IntStream.range(0, count)
            .mapToObj(
                i ->
                    new NewJob(
                        ids.next(), "t", "echo", "default", Priority.NORMAL, 3, 60_000, "1", null))
            .toList();
    new SubmitStore(database).insert(jobs, job -> false, GRACE);
    long session = new WorkerStore(database).register("w", List.of("default"), 4);
    return new ClaimStore(database)
        .claim(session, 1, jobs.stream().map(NewJob::id).toList(), GRACE)
        .jobs();
  }

  private void report(ClaimedJob job, String kind, int count) throws SQLException {
    String output = "{\"text\": \"" + "x".repeat(Limits.MAX_OUTPUT_BYTES - 20) + "\"}";
    for (int i = 0; i < count; i++) {
      progress.report(
          List.of(
              new ProgressStore.Report(
                  job.id(),
                  job.session(),
                  job.attempt(),
                  kind,
                  0.5,
                  "half",
                  null,
                  kind.equals(JobEvent.OUTPUT) ? output : null)),
          GRACE);
    }
  }

  private void complete(ClaimedJob job) throws SQLException {
    new CompletionStore(database)
        .complete(
            List.of(
                new Completion(job.id(), job.session(), job.attempt(), new Outcome.Succeeded("1"))),
            List.of(),
            GRACE);
  }
}
