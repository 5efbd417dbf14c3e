package io.millrace.store;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.model.DeadLetter;
import io.millrace.model.DeadLetterFilter;
import io.millrace.model.ErrorKind;
import io.millrace.model.JobOptions;
import io.millrace.model.JobState;
import io.millrace.model.Replay;
import io.millrace.runtime.Ids;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Lists and replays of dead letters, on a real PostgreSQL. */
class ReplayStoreIT {
  private static final Duration GRACE = Duration.ZERO;

  private final Database database = TestDatabase.clean();
  private final Ids ids = new Ids();
  private final Letters letters = new Letters(database);
  private final DeadLetterStore list = new DeadLetterStore(database);
  private final ReplayStore replays = new ReplayStore(database);
  private final JobStore jobs = new JobStore(database);

  @AfterEach
  void invariantsHold() {
    assertThat(new InvariantStore(database).broken()).isEmpty();
  }

  @Test
  void page_filters_findWhatFitsAndNothingElse() throws SQLException {
    UUID echo = letters.failed(1).getFirst();
    UUID labelled =
        letters
            .failed(1, "mail", ErrorKind.DEPENDENCY, labels("{\"team\":\"a\",\"run\":\"7\"}"))
            .getFirst();
    Instant between = jobs.find("t", labelled).orElseThrow().finishedAt();
    assertThat(found(DeadLetterFilter.ALL)).containsExactly(echo, labelled);
    assertThat(found(filter("mail", null, null))).containsExactly(labelled);
    assertThat(found(filter(null, ErrorKind.HANDLER, null))).containsExactly(echo);
    assertThat(found(filter(null, null, "{\"team\":\"a\"}"))).containsExactly(labelled);
    assertThat(found(filter(null, null, "{\"team\":\"b\"}"))).isEmpty();
    assertThat(found(new DeadLetterFilter(null, null, null, between, null)))
        .containsExactly(labelled);
    assertThat(found(new DeadLetterFilter(null, null, null, null, between))).containsExactly(echo);
    assertThat(list.page("other", DeadLetterFilter.ALL, null, 10).letters()).isEmpty();
    DeadLetter letter = list.page("t", DeadLetterFilter.ALL, null, 1).letters().getFirst();
    assertThat(letter.error().message()).isEqualTo("no luck");
    assertThat(letter.attempt()).isEqualTo(1);
  }

  @Test
  void page_afterEachPage_goesOnWithoutGapOrRepeat() throws SQLException {
    List<UUID> failed = letters.failed(25);
    List<UUID> seen = new ArrayList<>();
    DeadLetterStore.After after = null;
    int pages = 0;
    do {
      DeadLetterStore.Page page = list.page("t", DeadLetterFilter.ALL, after, 10);
      page.letters().forEach(letter -> seen.add(letter.id()));
      after = page.next();
      pages++;
    } while (after != null);
    assertThat(pages).isEqualTo(3);
    assertThat(seen).containsExactlyElementsOf(failed.stream().sorted().toList());
  }

  @Test
  void step_filter_replaysWhatFitsInBatches() throws SQLException {
    List<UUID> echo = letters.failed(450);
    letters.failed(3, "mail", ErrorKind.HANDLER, JobOptions.NONE);
    Replay replay = create(filter("echo", null, null), null, null);
    assertThat(replay.listing()).isTrue();

    ReplayStore.Stepped listed = replays.step(200, false, GRACE);
    assertThat(listed.replayed()).isZero();
    assertThat(find(replay).total()).isEqualTo(450);
    assertThat(find(replay).listing()).isFalse();
    ReplayStore.Stepped first = replays.step(200, false, GRACE);
    assertThat(first.replayed()).isEqualTo(200);
    assertThat(requireNonNull(first.announcement()).jobs()).hasSize(200);
    assertThat(find(replay).replayed()).isEqualTo(200);
    drive();

    Replay done = find(replay);
    assertThat(done.state()).isEqualTo(Replay.State.DONE);
    assertThat(done.replayed()).isEqualTo(450);
    assertThat(done.skipped()).isZero();
    assertThat(done.finishedAt()).isNotNull();
    assertThat(found(DeadLetterFilter.ALL)).hasSize(3);
    assertThat(states(echo)).containsOnly(JobState.READY);
    assertThat(jobs.find("t", echo.getFirst()).orElseThrow().failures()).isZero();
  }

  @Test
  void step_moreLettersThanOneStepLists_findsAll() throws SQLException {
    for (int i = 0; i < 3; i++) {
      letters.failed(700);
    }
    Replay replay = create(DeadLetterFilter.ALL, null, null);
    assertThat(replays.step(200, false, GRACE).worked()).isTrue();
    assertThat(find(replay).total()).isEqualTo(1_000);
    assertThat(find(replay).listing()).isTrue();
    drive();
    assertThat(find(replay).replayed()).isEqualTo(2_100);
    assertThat(found(DeadLetterFilter.ALL)).isEmpty();
  }

  @Test
  void step_everyPartOfTheFilter_narrowsIt() throws SQLException {
    letters.failed(2, "mail", ErrorKind.HANDLER, labels("{\"team\":\"a\"}"));
    letters.failed(2, "mail", ErrorKind.DEPENDENCY, labels("{\"team\":\"b\"}"));
    List<UUID> wanted = letters.failed(1, "mail", ErrorKind.DEPENDENCY, labels("{\"team\":\"a\"}"));
    Instant since = jobs.find("t", wanted.getFirst()).orElseThrow().finishedAt();
    List<UUID> late = letters.failed(1, "mail", ErrorKind.DEPENDENCY, labels("{\"team\":\"a\"}"));
    Instant until = jobs.find("t", late.getFirst()).orElseThrow().finishedAt();
    Replay replay =
        create(
            new DeadLetterFilter("mail", ErrorKind.DEPENDENCY, "{\"team\":\"a\"}", since, until),
            null,
            null);
    drive();
    assertThat(find(replay).replayed()).isEqualTo(1);
    assertThat(states(wanted)).containsOnly(JobState.READY);
    assertThat(find(replay).filter()).contains("DEPENDENCY").contains("team");
  }

  @Test
  void forget_longEnded_takesItemsAndReplay() throws SQLException {
    letters.failed(3);
    Replay replay = create(DeadLetterFilter.ALL, null, null);
    drive();
    assertThat(replays.forget(Duration.ofHours(1), 2)).isFalse();
    assertThat(replays.find("t", replay.id())).isPresent();
    assertThat(replays.forget(Duration.ofMillis(-1), 2)).isTrue();
    assertThat(replays.forget(Duration.ofMillis(-1), 2)).isFalse();
    assertThat(replays.find("t", replay.id())).isEmpty();
  }

  @Test
  void step_lettersAfterItsCreation_areLeftAlone() throws SQLException {
    letters.failed(2);
    Replay replay = create(DeadLetterFilter.ALL, null, null);
    letters.failed(2);
    drive();
    assertThat(find(replay).replayed()).isEqualTo(2);
    assertThat(found(DeadLetterFilter.ALL)).hasSize(2);
  }

  @Test
  void step_fourAtOnce_replayEachJobOnce() throws Exception {
    List<UUID> failed = letters.failed(900);
    Replay one = create(DeadLetterFilter.ALL, null, null);
    Replay other = create(DeadLetterFilter.ALL, null, null);
    List<Callable<Integer>> drivers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      drivers.add(
          () -> {
            int replayed = 0;
            while (find(one).state() != Replay.State.DONE
                || find(other).state() != Replay.State.DONE) {
              replayed += replays.step(50, false, GRACE).replayed();
            }
            return replayed;
          });
    }
    int replayed = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (Future<Integer> driver : threads.invokeAll(drivers)) {
        replayed += driver.get();
      }
    }
    assertThat(replayed).isEqualTo(900);
    for (Replay each : List.of(find(one), find(other))) {
      assertThat(each.replayed() + each.skipped()).isEqualTo(each.total());
    }
    assertThat(find(one).replayed() + find(other).replayed()).isEqualTo(900);
    // READY, RUNNING, FAILED and one READY more: nothing ran twice.
    assertThat(failed)
        .allSatisfy(
            id -> assertThat(jobs.find("t", id).orElseThrow().details().events()).isEqualTo(4));
  }

  @Test
  void step_killedInTheMiddle_hasDoneNothingAndGoesOn() throws Exception {
    List<UUID> failed = letters.failed(30);
    Replay replay = create(DeadLetterFilter.ALL, null, null);
    replays.step(20, false, GRACE);
    try (Connection holder = database.connection();
        ExecutorService thread = Executors.newSingleThreadExecutor()) {
      holder.setAutoCommit(false);
      database
          .on(holder)
          .execute(
              "SELECT id FROM job WHERE id = ? FOR UPDATE",
              failed.stream().max(UUID::compareTo).orElseThrow());
      Future<?> step = thread.submit(() -> replays.step(30, false, GRACE));
      await()
          .atMost(Duration.ofSeconds(10))
          .until(
              () ->
                  database
                          .dsl()
                          .fetchSingle(
                              "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                                  + " WHERE wait_event_type = 'Lock' AND pid <> pg_backend_pid()")
                          .get(0, Integer.class)
                      == 1);
      assertThat(step).failsWithin(Duration.ofSeconds(10));
      holder.rollback();
    }
    assertThat(find(replay).replayed()).isZero();
    assertThat(states(failed)).containsOnly(JobState.FAILED);
    drive();
    assertThat(find(replay).replayed()).isEqualTo(30);
    assertThat(find(replay).state()).isEqualTo(Replay.State.DONE);
  }

  @Test
  void step_jobNotFailedAnyMore_isSkippedWithReason() throws SQLException {
    List<UUID> failed = letters.failed(3).stream().sorted().toList();
    Replay replay =
        replays.create(
            "t", ids.next(), failed, Map.of(failed.get(2), "the payload does not fit"), null, null);
    new RetryStore(database).retry("t", List.of(failed.getFirst()), null, "by hand", GRACE);
    drive();
    Replay done = find(replay);
    assertThat(done.replayed()).isEqualTo(1);
    assertThat(done.skipped()).isEqualTo(2);
    ReplayStore.Items skipped = replays.items(replay.id(), Replay.ItemState.SKIPPED, null, 10);
    assertThat(skipped.items())
        .extracting(Replay.Item::job)
        .containsExactly(failed.get(0), failed.get(2));
    assertThat(skipped.items().get(0).detail()).isEqualTo("the job is READY, not FAILED any more");
    assertThat(skipped.items().get(1).detail()).isEqualTo("the payload does not fit");
    assertThat(skipped.next()).isNull();
    assertThat(replays.items(replay.id(), null, null, 2).next()).isEqualTo(failed.get(1));
    assertThat(states(List.of(failed.get(2)))).containsOnly(JobState.FAILED);
  }

  @Test
  void move_pausedAndResumedAndCancelled_stopsAndGoesOn() throws SQLException {
    letters.failed(10);
    Replay replay = create(DeadLetterFilter.ALL, null, null);
    replays.step(4, false, GRACE);
    replays.step(4, false, GRACE);
    assertThat(replays.move("t", replay.id(), Replay.State.PAUSED).orElseThrow().state())
        .isEqualTo(Replay.State.PAUSED);
    assertThat(replays.step(4, false, GRACE).worked()).isFalse();
    assertThat(replays.move("other", replay.id(), Replay.State.RUNNING)).isEmpty();
    replays.move("t", replay.id(), Replay.State.RUNNING);
    assertThat(replays.step(4, false, GRACE).replayed()).isEqualTo(4);
    Replay cancelled = replays.move("t", replay.id(), Replay.State.CANCELLED).orElseThrow();
    assertThat(cancelled.state()).isEqualTo(Replay.State.CANCELLED);
    assertThat(cancelled.replayed()).isEqualTo(8);
    assertThat(replays.step(4, false, GRACE).worked()).isFalse();
    assertThat(replays.move("t", replay.id(), Replay.State.RUNNING).orElseThrow().state())
        .isEqualTo(Replay.State.CANCELLED);
    assertThat(found(DeadLetterFilter.ALL)).hasSize(2);
  }

  @Test
  void step_withRate_waitsForItsTurn() throws SQLException {
    letters.failed(100);
    Replay replay = create(DeadLetterFilter.ALL, null, 10);
    assertThat(replays.step(200, false, GRACE).worked()).isTrue();
    int replayed = replays.step(200, false, GRACE).replayed();
    assertThat(replayed).isEqualTo(6);
    // 6 jobs at 10 a second: the next step is due after about 0.6 s, which have not passed.
    assertThat(replays.step(200, false, GRACE).worked()).isFalse();
    assertThat(find(replay).replayed()).isEqualTo(6);
  }

  @Test
  void step_newPayloadAndHoldBack_givesItToAllAndAnnouncesNone() throws SQLException {
    UUID failed = letters.failed(1).getFirst();
    create(DeadLetterFilter.ALL, "{\"value\":1}", null);
    replays.step(10, true, GRACE);
    ReplayStore.Stepped stepped = replays.step(10, true, GRACE);
    assertThat(stepped.replayed()).isEqualTo(1);
    assertThat(stepped.announcement() == null || stepped.announcement().jobs().isEmpty()).isTrue();
    assertThat(new BacklogStore(database).queues().getFirst().held()).isEqualTo(1);
    assertThat(letters.running(List.of(failed)).getFirst().payload()).isEqualTo("{\"value\":1}");
  }

  private Replay create(DeadLetterFilter filter, @Nullable String payload, @Nullable Integer rate) {
    return replays.create("t", ids.next(), filter, payload, rate);
  }

  private Replay find(Replay replay) {
    return replays.find("t", replay.id()).orElseThrow();
  }

  private void drive() throws SQLException {
    while (replays.step(200, false, GRACE).worked()) {
      // Until nothing is due.
    }
  }

  private List<UUID> found(DeadLetterFilter filter) throws SQLException {
    return list.page("t", filter, null, 5_000).letters().stream().map(DeadLetter::id).toList();
  }

  private List<JobState> states(List<UUID> of) {
    return of.stream().map(id -> jobs.find("t", id).orElseThrow().state()).toList();
  }

  private static DeadLetterFilter filter(
      @Nullable String type, @Nullable ErrorKind kind, @Nullable String labels) {
    return new DeadLetterFilter(type, kind, labels, null, null);
  }

  private static JobOptions labels(String labels) {
    return new JobOptions(null, null, null, null, null, null, labels, null, null, null);
  }
}
