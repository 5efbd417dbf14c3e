package io.millrace.store;

import io.millrace.model.Announcement;
import io.millrace.model.Firing;
import io.millrace.model.Firing.Outcome;
import io.millrace.model.NewJob;
import io.millrace.model.NewRun;
import io.millrace.model.Schedule;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The firing of schedules: an instant's record and its job or run in one transaction. */
public final class FiringStore {
  private static final String OPEN =
      """
      (EXISTS (SELECT FROM job WHERE job.id = s.last_job AND job.finished_at IS NULL)
       OR EXISTS (SELECT FROM run WHERE run.id = s.last_run AND run.finished_at IS NULL))""";

  /** Schedules whose time has come, and those with an instant that waits for what has ended. */
  private static final String DUE =
      """
      SELECT %s, %s, now()
        FROM schedule s
       WHERE NOT s.paused AND (s.overlap = 'CANCEL_PREVIOUS') = ?
         AND (s.next_at <= now() OR (s.queued_at IS NOT NULL AND NOT %s))
       ORDER BY s.next_at, s.tenant, s.name LIMIT ? FOR UPDATE OF s SKIP LOCKED"""
          .formatted(ScheduleRows.COLUMNS, OPEN, OPEN);

  /** The key keeps an instant from firing twice; one that waited may be fired later. */
  private static final String RECORD =
      """
      INSERT INTO schedule_firing (tenant, name, fire_at, outcome, job_id, run_id, detail)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (tenant, name, fire_at) DO UPDATE
        SET outcome = excluded.outcome, job_id = excluded.job_id, run_id = excluded.run_id,
            detail = excluded.detail, at = now()
        WHERE schedule_firing.outcome = 'QUEUED'""";

  private static final String MOVE_ON =
      """
      UPDATE schedule
         SET next_at = ?, queued_at = ?,
             last_at = CASE WHEN made THEN ? ELSE last_at END,
             last_job = CASE WHEN made THEN ? ELSE last_job END,
             last_run = CASE WHEN made THEN ? ELSE last_run END
        FROM (VALUES (?::boolean)) AS m (made)
       WHERE tenant = ? AND name = ?""";

  private static final String CANCEL_RUN =
      """
      INSERT INTO run_inbox (run, kind, reason)
      SELECT id, 'CANCEL', ? FROM run WHERE id = ? AND finished_at IS NULL""";

  private static final String REPLACED = "replaced by the next run of its schedule";

  private final Database database;
  private final SubmitStore submissions;
  private final CancelStore cancellations;

  public FiringStore(Database database) {
    this.database = database;
    this.submissions = new SubmitStore(database);
    this.cancellations = new CancelStore(database);
  }

  /** One instant and what is to become of it; one of the two is set when that is SUBMITTED. */
  public record Step(Firing firing, @Nullable NewJob job, @Nullable NewRun run) {
    /** An instant for which nothing is made. */
    public static Step nothing(Firing firing) {
      return new Step(firing, null, null);
    }

    boolean makes() {
      return job != null || run != null;
    }
  }

  /** What is to be done about one schedule; the fields as in {@code FiringPlan}. */
  public record Order(
      List<Step> steps,
      @Nullable Instant nextAt,
      @Nullable Instant queuedAt,
      boolean cancelPrevious) {}

  /** Decides about a schedule; runs inside the transaction, so it must be quick. */
  @FunctionalInterface
  public interface Decision {
    /**
     * Decides.
     *
     * @param previousOpen whether the last job or run has not ended
     * @param now the database's time
     * @param reads the schedule's tenant's workflows
     */
    Order decide(Schedule schedule, boolean previousOpen, Instant now, FiringReads reads)
        throws SQLException;
  }

  /**
   * What a round did.
   *
   * @param schedules how many were due
   * @param firings what became of their instants
   * @param announcements the jobs made and the events
   * @param places whether jobs wait for, or gave back, a place under a limit
   * @param runs whether runs are to be started or cancelled
   */
  public record Fired(
      int schedules,
      List<Firing> firings,
      List<Announcement> announcements,
      boolean places,
      boolean runs) {}

  /**
   * Fires what is due, the longest due first, in one transaction: schedules another process is
   * firing are skipped, and an instant that has a record already makes nothing. By {@code
   * schedule_next_at_idx} and {@code schedule_queued_at_idx}; locks the schedules, then appends. A
   * schedule whose jobs the database refuses is recorded as REFUSED and does not hold up others.
   *
   * @param limit most schedules, at least 1
   * @param replacing true for those that cancel their previous job, false for the others; the
   *     former are to be fired one at a time, so that no transaction locks two trees of jobs
   */
  public Fired fire(
      int limit, boolean replacing, Decision decision, Predicate<NewJob> heldBack, Duration grace)
      throws SQLException {
    return database.inTransaction(
        connection -> {
          List<Done> all = new ArrayList<>();
          for (Due due : due(connection, limit, replacing)) {
            FiringReads reads = new FiringReads(connection, due.schedule.tenant());
            Order order = decision.decide(due.schedule, due.previousOpen, due.now, reads);
            Savepoint before = connection.setSavepoint();
            try {
              all.add(carryOut(connection, due.schedule, order, heldBack, grace));
            } catch (SQLException e) {
              if (!DataErrors.isAboutData(e)) {
                throw e;
              }
              connection.rollback(before);
              all.add(carryOut(connection, due.schedule, refused(order, e), heldBack, grace));
            }
          }
          return new Fired(
              all.size(),
              all.stream().flatMap(done -> done.firings.stream()).toList(),
              all.stream().flatMap(done -> done.announcements.stream()).toList(),
              all.stream().anyMatch(Done::places),
              all.stream().anyMatch(Done::runs));
        });
  }

  private record Due(Schedule schedule, boolean previousOpen, Instant now) {}

  private static List<Due> due(Connection connection, int limit, boolean replacing)
      throws SQLException {
    List<Due> due = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(DUE)) {
      statement.setBoolean(1, replacing);
      statement.setInt(2, limit);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          due.add(
              new Due(
                  ScheduleRows.read(rows), rows.getBoolean(21), rows.getTimestamp(22).toInstant()));
        }
      }
    }
    return due;
  }

  private record Done(
      List<Firing> firings, List<Announcement> announcements, boolean places, boolean runs) {}

  private Done carryOut(
      Connection connection,
      Schedule schedule,
      Order order,
      Predicate<NewJob> heldBack,
      Duration grace)
      throws SQLException {
    List<Announcement> announcements = new ArrayList<>();
    boolean places = false;
    boolean runs = false;
    List<Firing> firings = record(connection, schedule, order.steps());
    Set<Instant> fresh = new HashSet<>();
    firings.forEach(firing -> fresh.add(firing.at()));
    List<Step> made =
        order.steps().stream()
            .filter(step -> step.makes() && fresh.contains(step.firing().at()))
            .toList();
    if (!made.isEmpty() && order.cancelPrevious()) {
      runs |= cancelRun(connection, schedule);
      if (schedule.lastJob() != null) {
        CancelStore.Cancelled cancelled =
            cancellations.cancel(
                connection, schedule.tenant(), List.of(schedule.lastJob()), REPLACED, grace);
        add(announcements, cancelled.announcement());
        places |= cancelled.freedPlaces();
      }
    }
    List<NewJob> jobs = made.stream().map(Step::job).filter(Objects::nonNull).toList();
    if (!jobs.isEmpty()) {
      SubmitStore.Submitted submitted = submissions.insert(connection, jobs, heldBack, grace);
      add(announcements, submitted.announcement());
      places |= submitted.blocked();
    }
    List<NewRun> started = made.stream().map(Step::run).filter(Objects::nonNull).toList();
    RunWrites.insert(connection, started);
    moveOn(connection, schedule, order, made.isEmpty() ? null : made.getLast());
    return new Done(firings, announcements, places, runs || !started.isEmpty());
  }

  /** The loop {@code runs} cancels it: whoever locks a run here would do so after jobs. */
  private static boolean cancelRun(Connection connection, Schedule schedule) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(CANCEL_RUN)) {
      statement.setString(1, REPLACED);
      statement.setObject(2, schedule.lastRun());
      return statement.executeUpdate() == 1;
    }
  }

  private static void add(List<Announcement> all, @Nullable Announcement one) {
    if (one != null) {
      all.add(one);
    }
  }

  /** Writes down what becomes of each instant; returns those that had not been written before. */
  private static List<Firing> record(Connection connection, Schedule schedule, List<Step> steps)
      throws SQLException {
    List<Firing> fresh = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(RECORD)) {
      for (Step step : steps) {
        Firing firing = step.firing();
        statement.setString(1, schedule.tenant());
        statement.setString(2, schedule.name());
        statement.setTimestamp(3, ScheduleRows.timestamp(firing.at()));
        statement.setString(4, firing.outcome().name());
        statement.setObject(5, firing.job());
        statement.setObject(6, firing.run());
        statement.setString(7, firing.detail());
        if (statement.executeUpdate() == 1) {
          fresh.add(firing);
        }
      }
    }
    return fresh;
  }

  private static void moveOn(
      Connection connection, Schedule schedule, Order order, @Nullable Step last)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(MOVE_ON)) {
      statement.setTimestamp(1, ScheduleRows.timestamp(order.nextAt()));
      statement.setTimestamp(2, ScheduleRows.timestamp(order.queuedAt()));
      statement.setTimestamp(3, ScheduleRows.timestamp(last == null ? null : last.firing().at()));
      statement.setObject(4, last == null ? null : last.firing().job(), Types.OTHER);
      statement.setObject(5, last == null ? null : last.firing().run(), Types.OTHER);
      statement.setBoolean(6, last != null);
      statement.setString(7, schedule.tenant());
      statement.setString(8, schedule.name());
      statement.executeUpdate();
    }
  }

  private static Order refused(Order order, SQLException e) {
    List<Step> steps =
        order.steps().stream()
            .map(
                step ->
                    step.makes()
                        ? Step.nothing(
                            new Firing(
                                step.firing().at(),
                                Outcome.REFUSED,
                                null,
                                null,
                                "the database refuses it: SQLSTATE " + e.getSQLState()))
                        : step)
            .toList();
    return new Order(steps, order.nextAt(), order.queuedAt(), false);
  }
}
