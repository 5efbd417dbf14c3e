package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.db.Tables;
import io.millrace.model.CatchUp;
import io.millrace.model.Firing;
import io.millrace.model.Firing.Outcome;
import io.millrace.model.JobState;
import io.millrace.model.NewJob;
import io.millrace.model.NewRun;
import io.millrace.model.Overlap;
import io.millrace.model.Priority;
import io.millrace.model.Schedule;
import io.millrace.model.ScheduleWork;
import io.millrace.model.Timing;
import io.millrace.runtime.Ids;
import io.millrace.schedule.FiringPlan;
import io.millrace.schedule.Recurrence;
import io.millrace.store.FiringStore.Fired;
import io.millrace.store.FiringStore.Order;
import io.millrace.store.FiringStore.Step;
import io.millrace.store.ScheduleStore.Draft;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Schedules and their firing, on a real PostgreSQL. */
class ScheduleStoreIT {
  private static final Duration GRACE = Duration.ZERO;
  private static final Timing MINUTELY = new Timing.Every(60_000);

  private final Database database = TestDatabase.clean();
  private final ScheduleStore schedules = new ScheduleStore(database);
  private final FiringStore firings = new FiringStore(database);
  private final Ids ids = new Ids();

  @AfterEach
  void invariantsHold() {
    assertThat(new InvariantStore(database).broken()).isEmpty();
  }

  @Test
  void put_newThenAgain_countsVersionsAndKeepsWhatComesNext() throws SQLException {
    Schedule first = put("a", MINUTELY, Overlap.SKIP);
    assertThat(first.version()).isEqualTo(1);
    assertThat(first.nextAt()).isEqualTo(first.createdAt().plusSeconds(60));
    makeDue("a", 30);
    Schedule late = find("a");
    Schedule second = put("a", MINUTELY, Overlap.ALLOW);
    assertThat(second.version()).isEqualTo(2);
    assertThat(second.overlap()).isEqualTo(Overlap.ALLOW);
    assertThat(second.nextAt()).as("still due").isEqualTo(late.nextAt());
    assertThat(second.createdAt()).isEqualTo(late.createdAt());
    Schedule third = put("a", new Timing.Cron("0 0 * * *", "Europe/Berlin"), Overlap.ALLOW);
    assertThat(third.timing()).isEqualTo(new Timing.Cron("0 0 * * *", "Europe/Berlin"));
    assertThat(third.nextAt()).isAfter(third.updatedAt());
  }

  @Test
  void put_beyondTheMost_storesNothingNewButReplaces() throws SQLException {
    put("a", MINUTELY, Overlap.SKIP);
    assertThat(schedules.put("t", "b", draft(MINUTELY, Overlap.SKIP), this::next, 1)).isEmpty();
    assertThat(schedules.put("t", "a", draft(MINUTELY, Overlap.SKIP), this::next, 1)).isPresent();
    assertThat(schedules.put("u", "b", draft(MINUTELY, Overlap.SKIP), this::next, 1)).isPresent();
    assertThat(schedules.find("t", "b")).isEmpty();
  }

  @Test
  void list_pagesByName_ofOneTenant() throws SQLException {
    for (String name : List.of("c", "a", "b")) {
      put(name, MINUTELY, Overlap.SKIP);
    }
    assertThat(schedules.list("t", "", 2)).extracting(Schedule::name).containsExactly("a", "b");
    assertThat(schedules.list("t", "b", 2)).extracting(Schedule::name).containsExactly("c");
    assertThat(schedules.list("u", "", 2)).isEmpty();
  }

  @Test
  void pause_dropsWhatWaits_resumeGoesOnFromNow() throws SQLException {
    put("a", MINUTELY, Overlap.QUEUE_ONE);
    makeDue("a", 0);
    fire();
    makeDue("a", 0);
    fire();
    assertThat(find("a").queuedAt()).isNotNull();
    Schedule paused = schedules.pause("t", "a", true, this::next).orElseThrow();
    assertThat(paused.paused()).isTrue();
    assertThat(paused.nextAt()).isNull();
    assertThat(paused.queuedAt()).isNull();
    assertThat(outcomes("a")).containsExactlyInAnyOrder(Outcome.SUBMITTED, Outcome.SKIPPED);
    finish(find("a").lastJob());
    assertThat(fire().schedules()).isZero();
    Schedule resumed = schedules.pause("t", "a", false, this::next).orElseThrow();
    assertThat(resumed.nextAt()).isAfter(resumed.updatedAt());
    assertThat(schedules.pause("t", "none", true, this::next)).isEmpty();
  }

  @Test
  void delete_takesTheRecordOfFiringsAlong() throws SQLException {
    put("a", MINUTELY, Overlap.SKIP);
    makeDue("a", 0);
    fire();
    assertThat(schedules.delete("u", "a")).isFalse();
    assertThat(schedules.delete("t", "a")).isTrue();
    assertThat(schedules.delete("t", "a")).isFalse();
    assertThat(schedules.firings("t", "a", 10)).isEmpty();
    assertThat(jobs()).isEqualTo(1);
  }

  @Test
  void trigger_makesAJobBesideTheInstants() throws SQLException {
    put("a", MINUTELY, Overlap.SKIP);
    NewJob job = job("t", "schedule:a");
    assertThat(schedules.trigger("t", "a", job, one -> false, GRACE)).isPresent();
    assertThat(schedules.trigger("t", "none", job("t", "x"), one -> false, GRACE)).isEmpty();
    assertThat(jobs()).isEqualTo(1);
    assertThat(schedules.firings("t", "a", 10))
        .singleElement()
        .satisfies(f -> assertThat(f.job()).isEqualTo(job.id()));
    assertThat(find("a").lastJob()).isNull();
  }

  @Test
  void fire_instantThatHasARecord_makesNoJob() throws SQLException {
    put("a", MINUTELY, Overlap.ALLOW);
    makeDue("a", 0);
    Instant due = find("a").nextAt();
    assertThat(fire().firings()).hasSize(1);
    // As after a clock that was set back.
    database.dsl().execute("UPDATE schedule SET next_at = ?::timestamptz", String.valueOf(due));
    Fired again = fire();
    assertThat(again.schedules()).isEqualTo(1);
    assertThat(again.firings()).isEmpty();
    assertThat(jobs()).isEqualTo(1);
    assertThat(find("a").nextAt()).isAfter(due);
  }

  @Test
  void fire_byManyAtOnce_eachInstantOnce() throws Exception {
    for (int i = 0; i < 30; i++) {
      put("s" + i, MINUTELY, i % 2 == 0 ? Overlap.ALLOW : Overlap.CANCEL_PREVIOUS);
      makeDue("s" + i, 0);
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
      List<Callable<Integer>> firers =
          IntStream.range(0, 60)
              .<Callable<Integer>>mapToObj(
                  i ->
                      () ->
                          firings
                              .fire(i % 2 == 0 ? 4 : 1, i % 2 == 1, this::order, j -> false, GRACE)
                              .firings()
                              .size())
              .toList();
      int fired = 0;
      for (var done : threads.invokeAll(firers)) {
        fired += done.get();
      }
      assertThat(fired).isEqualTo(30);
    }
    assertThat(jobs()).isEqualTo(30);
  }

  @Test
  void fire_queueOne_runsWhatWaitedWhenTheJobHasEnded() throws SQLException {
    put("a", MINUTELY, Overlap.QUEUE_ONE);
    makeDue("a", 0);
    fire();
    UUID first = find("a").lastJob();
    makeDue("a", 0);
    fire();
    Instant queued = find("a").queuedAt();
    assertThat(queued).isNotNull();
    makeDue("a", 0);
    fire();
    assertThat(jobs()).isEqualTo(1);
    assertThat(fire().schedules()).isZero();
    finish(first);
    assertThat(fire().firings()).extracting(Firing::at).containsExactly(queued);
    Schedule now = find("a");
    assertThat(now.queuedAt()).isNull();
    assertThat(now.lastJob()).isNotEqualTo(first);
    assertThat(jobs()).isEqualTo(2);
    assertThat(outcomes("a"))
        .containsExactlyInAnyOrder(Outcome.SUBMITTED, Outcome.SUBMITTED, Outcome.SKIPPED);
  }

  @Test
  void fire_cancelPrevious_cancelsItInTheSameTransaction() throws SQLException {
    put("a", MINUTELY, Overlap.CANCEL_PREVIOUS);
    makeDue("a", 0);
    fire();
    UUID first = find("a").lastJob();
    makeDue("a", 0);
    fire();
    JobStore read = new JobStore(database);
    assertThat(first).isNotNull();
    assertThat(read.find("t", first).orElseThrow().state()).isEqualTo(JobState.CANCELLED);
    UUID second = find("a").lastJob();
    assertThat(read.find("t", Objects.requireNonNull(second)).orElseThrow())
        .satisfies(
            job -> {
              assertThat(job.state()).isEqualTo(JobState.READY);
              assertThat(job.details().origin()).isEqualTo("schedule:a");
            });
  }

  @Test
  void fire_jobTheDatabaseRefuses_isRecordedAndHoldsUpNobody() throws SQLException {
    put("bad", MINUTELY, Overlap.SKIP);
    put("good", MINUTELY, Overlap.SKIP);
    makeDue("bad", 1);
    makeDue("good", 0);
    Fired fired =
        firings.fire(
            10,
            false,
            (schedule, open, now, reads) -> {
              Order order = order(schedule, open, now, reads);
              return schedule.name().equals("good") ? order : withPayload(order, "{not json");
            },
            job -> false,
            GRACE);
    assertThat(fired.schedules()).isEqualTo(2);
    assertThat(outcomes("bad")).containsExactly(Outcome.REFUSED);
    assertThat(outcomes("good")).containsExactly(Outcome.SUBMITTED);
    assertThat(jobs()).isEqualTo(1);
    assertThat(find("bad").nextAt()).isAfter(Instant.EPOCH);
    assertThat(fire().schedules()).isZero();
  }

  @Test
  void fire_run_isStoredWithItsStartAndCountsAsPrevious() throws SQLException {
    schedules.put("t", "a", runDraft(Overlap.SKIP), this::next, 100);
    makeDue("a", 0);
    Fired fired = fireRuns(false);
    assertThat(fired.runs()).isTrue();
    Schedule now = find("a");
    assertThat(now.work()).isEqualTo(new ScheduleWork.Run("{}"));
    assertThat(now.lastJob()).isNull();
    assertThat(fired.firings()).extracting(Firing::run).containsExactly(now.lastRun());
    assertThat(schedules.firings("t", "a", 1)).isEqualTo(fired.firings());
    assertThat(inbox(now.lastRun())).containsExactly("START");
    makeDue("a", 0);
    assertThat(fireRuns(false).firings())
        .extracting(Firing::outcome)
        .containsExactly(Outcome.SKIPPED);
    end(now.lastRun());
    makeDue("a", 0);
    assertThat(fireRuns(false).firings())
        .extracting(Firing::outcome)
        .containsExactly(Outcome.SUBMITTED);
    assertThat(find("a").lastRun()).isNotEqualTo(now.lastRun());
    assertThat(database.dsl().fetchCount(Tables.RUN)).isEqualTo(2);
  }

  @Test
  void fire_runThatReplaces_asksThePreviousToCancel() throws SQLException {
    schedules.put("t", "a", runDraft(Overlap.CANCEL_PREVIOUS), this::next, 100);
    makeDue("a", 0);
    fireRuns(true);
    UUID first = find("a").lastRun();
    makeDue("a", 0);
    fireRuns(true);
    assertThat(inbox(first)).containsExactly("START", "CANCEL");
    assertThat(inbox(find("a").lastRun())).containsExactly("START");
  }

  @Test
  void fire_jobAfterItsScheduleStartedRuns_waitsForTheRun() throws SQLException {
    schedules.put("t", "a", runDraft(Overlap.SKIP), this::next, 100);
    makeDue("a", 0);
    fireRuns(false);
    put("a", MINUTELY, Overlap.SKIP);
    makeDue("a", 0);
    assertThat(fire().firings()).extracting(Firing::outcome).containsExactly(Outcome.SKIPPED);
    end(find("a").lastRun());
    makeDue("a", 0);
    fire();
    assertThat(find("a").lastJob()).isNotNull();
    assertThat(find("a").lastRun()).as("the job is the previous one now").isNull();
  }

  @Test
  void trigger_run_isStoredWithItsRecordOrNotAtAll() throws SQLException {
    schedules.put("t", "a", runDraft(Overlap.SKIP), this::next, 100);
    NewRun run = run("t");
    assertThat(schedules.trigger("t", "none", run("t"))).isFalse();
    assertThat(schedules.trigger("t", "a", run)).isTrue();
    assertThat(schedules.firings("t", "a", 10)).extracting(Firing::run).containsExactly(run.id());
    assertThat(database.dsl().fetchCount(Tables.RUN)).isEqualTo(1);
    assertThat(find("a").lastRun()).isNull();
  }

  private static Draft runDraft(Overlap overlap) {
    return new Draft(MINUTELY, new ScheduleWork.Run("{}"), overlap, CatchUp.NONE, 1, false);
  }

  private NewRun run(String tenant) {
    return new NewRun(ids.next(), tenant, "w", "0".repeat(64), "{}", null, null, 0, null);
  }

  private Fired fireRuns(boolean replacing) throws SQLException {
    return firings.fire(
        1,
        replacing,
        (schedule, open, now, reads) -> {
          FiringPlan plan = FiringPlan.decide(schedule, open, now);
          return new Order(
              plan.steps().stream().map(step -> runStep(schedule, step)).toList(),
              plan.nextAt(),
              plan.queuedAt(),
              plan.cancelPrevious());
        },
        job -> false,
        GRACE);
  }

  private Step runStep(Schedule schedule, FiringPlan.Step step) {
    if (step.outcome() != Outcome.SUBMITTED) {
      return Step.nothing(new Firing(step.at(), step.outcome(), null, null, step.detail()));
    }
    NewRun run = run(schedule.tenant());
    return new Step(
        new Firing(step.at(), step.outcome(), null, run.id(), step.detail()), null, run);
  }

  private List<String> inbox(@Nullable UUID run) {
    return database
        .dsl()
        .fetch("SELECT kind FROM run_inbox WHERE run = ? ORDER BY id", run)
        .getValues(0, String.class);
  }

  private void end(@Nullable UUID run) {
    database
        .dsl()
        .execute("UPDATE run SET state = 'SUCCEEDED', finished_at = now() WHERE id = ?", run);
  }

  private Schedule put(String name, Timing timing, Overlap overlap) throws SQLException {
    return schedules.put("t", name, draft(timing, overlap), this::next, 100).orElseThrow();
  }

  private static Draft draft(Timing timing, Overlap overlap) {
    return new Draft(timing, new ScheduleWork.Job("{}"), overlap, CatchUp.NONE, 1, false);
  }

  private @Nullable Instant next(Timing timing, Instant created, Instant now) {
    return Recurrence.of(timing, created).next(now).orElse(null);
  }

  private Schedule find(String name) throws SQLException {
    return schedules.find("t", name).orElseThrow();
  }

  private List<Outcome> outcomes(String name) throws SQLException {
    return schedules.firings("t", name, 100).stream().map(Firing::outcome).toList();
  }

  /**
   * Moves a schedule's life so that an instant of it is that many seconds late; the instants it
   * fired before stay in the past.
   */
  private void makeDue(String name, int lateSeconds) {
    database
        .dsl()
        .execute(
            "UPDATE schedule SET created_at = date_trunc('milliseconds', now())"
                + " - (60 + ?) * interval '1 second',"
                + " next_at = date_trunc('milliseconds', now()) - ? * interval '1 second'"
                + " WHERE name = ?",
            lateSeconds,
            lateSeconds,
            name);
  }

  private Fired fire() throws SQLException {
    Fired plain = firings.fire(100, false, this::order, job -> false, GRACE);
    Fired replacing = firings.fire(1, true, this::order, job -> false, GRACE);
    List<Firing> all = new ArrayList<>(plain.firings());
    all.addAll(replacing.firings());
    return new Fired(plain.schedules() + replacing.schedules(), all, List.of(), false, false);
  }

  private Order order(Schedule schedule, boolean previousOpen, Instant now, FiringReads reads) {
    FiringPlan plan = FiringPlan.decide(schedule, previousOpen, now);
    return new Order(
        plan.steps().stream()
            .map(
                step -> {
                  NewJob job =
                      step.outcome() == Outcome.SUBMITTED
                          ? job(schedule.tenant(), schedule.origin())
                          : null;
                  UUID id = job == null ? null : job.id();
                  return new Step(
                      new Firing(step.at(), step.outcome(), id, null, step.detail()), job, null);
                })
            .toList(),
        plan.nextAt(),
        plan.queuedAt(),
        plan.cancelPrevious());
  }

  private NewJob job(String tenant, String origin) {
    NewJob plain =
        new NewJob(ids.next(), tenant, "echo", "default", Priority.NORMAL, 3, 60_000, "{}", null);
    return with(plain, plain.payload(), origin);
  }

  private static Order withPayload(Order order, String payload) {
    return new Order(
        order.steps().stream()
            .map(
                step ->
                    new Step(
                        step.firing(),
                        step.job() == null ? null : with(step.job(), payload, "schedule:bad"),
                        null))
            .toList(),
        order.nextAt(),
        order.queuedAt(),
        order.cancelPrevious());
  }

  private static NewJob with(NewJob job, String payload, String origin) {
    return new NewJob(
        job.id(),
        job.tenant(),
        job.type(),
        job.pool(),
        job.priority(),
        job.maxAttempts(),
        job.timeoutMillis(),
        payload,
        null,
        job.options().from(origin));
  }

  private void finish(@Nullable UUID job) throws SQLException {
    new CancelStore(database).cancel("t", Objects.requireNonNull(job), "for the test", GRACE);
  }

  private long jobs() {
    return database.dsl().fetchCount(Tables.JOB);
  }
}
