package io.millrace.store;

import io.millrace.model.CatchUp;
import io.millrace.model.Firing;
import io.millrace.model.NewJob;
import io.millrace.model.NewRun;
import io.millrace.model.Overlap;
import io.millrace.model.Schedule;
import io.millrace.model.ScheduleWork;
import io.millrace.model.Timing;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Schedules as their owners see and change them. Every statement names the tenant. */
public final class ScheduleStore {
  private static final String FIND =
      "SELECT " + ScheduleRows.COLUMNS + " FROM schedule s WHERE s.tenant = ? AND s.name = ?";

  private static final String LIST =
      "SELECT "
          + ScheduleRows.COLUMNS
          + " FROM schedule s WHERE s.tenant = ? AND s.name > ? ORDER BY s.name LIMIT ?";

  private static final String FIRINGS =
      "SELECT "
          + ScheduleRows.FIRING
          + " FROM schedule_firing WHERE tenant = ? AND name = ? ORDER BY fire_at DESC LIMIT ?";

  private static final String PUT =
      """
      INSERT INTO schedule AS s (tenant, name, kind, cron, zone, every_millis, job, run,
                                 overlap, catch_up, catch_up_most, paused, next_at, created_at, updated_at)
      SELECT ?, ?, ?, ?, ?, ?, ?::json, ?::json, ?, ?, ?, ?, ?, ?, now()
       WHERE EXISTS (SELECT FROM schedule WHERE tenant = ? AND name = ?)
          OR (SELECT count(*) FROM schedule WHERE tenant = ?) < ?
      ON CONFLICT (tenant, name) DO UPDATE
        SET kind = excluded.kind, cron = excluded.cron, zone = excluded.zone,
            every_millis = excluded.every_millis, job = excluded.job, run = excluded.run,
            overlap = excluded.overlap, catch_up = excluded.catch_up, catch_up_most = excluded.catch_up_most,
            paused = excluded.paused, next_at = excluded.next_at, version = s.version + 1,
            updated_at = now()
      RETURNING""";

  private static final String LOCK = FIND + " FOR UPDATE";

  private static final String PAUSE =
      "UPDATE schedule s SET paused = ?, next_at = ?, updated_at = now()"
          + " WHERE s.tenant = ? AND s.name = ? RETURNING "
          + ScheduleRows.COLUMNS;

  private static final String UNQUEUE =
      """
      WITH waiting AS (
        SELECT tenant, name, queued_at FROM schedule
         WHERE tenant = ? AND name = ? AND queued_at IS NOT NULL
           AND (paused OR overlap <> 'QUEUE_ONE') FOR UPDATE),
      told AS (
        UPDATE schedule_firing f
           SET outcome = 'SKIPPED', detail = 'the schedule was changed while it waited', at = now()
          FROM waiting w
         WHERE f.tenant = w.tenant AND f.name = w.name AND f.fire_at = w.queued_at
           AND f.outcome = 'QUEUED')
      UPDATE schedule s SET queued_at = NULL FROM waiting w
       WHERE s.tenant = w.tenant AND s.name = w.name""";

  private static final String DELETE =
      """
      WITH gone AS (DELETE FROM schedule WHERE tenant = ? AND name = ? RETURNING tenant, name),
      firings AS (
        DELETE FROM schedule_firing f USING gone g WHERE f.tenant = g.tenant AND f.name = g.name)
      SELECT count(*) FROM gone""";

  private static final String TRIGGERED =
      """
      INSERT INTO schedule_firing (tenant, name, fire_at, outcome, job_id, run_id, detail)
      SELECT tenant, name, clock_timestamp(), 'SUBMITTED', ?, ?, 'triggered by hand'
        FROM schedule
       WHERE tenant = ? AND name = ?""";

  private final Database database;
  private final SubmitStore submissions;

  public ScheduleStore(Database database) {
    this.database = database;
    this.submissions = new SubmitStore(database);
  }

  /** What a caller asks a schedule to be; the fields as in {@link Schedule}. */
  public record Draft(
      Timing timing,
      ScheduleWork work,
      Overlap overlap,
      CatchUp catchUp,
      int catchUpMost,
      boolean paused) {}

  /** When a schedule fires next: of its timing, when it was created, and the time now. */
  @FunctionalInterface
  public interface Next {
    /** Null for never. */
    @Nullable Instant after(Timing timing, Instant created, Instant now);
  }

  /**
   * Creates a schedule or replaces it, by {@code schedule_pkey}; locks its row. Its intervals stay
   * counted from its creation. A replacement with the same timing keeps the instant that comes
   * next, so that one already due is not lost.
   *
   * @return empty when there are {@code most} schedules of the tenant and this is none of them
   */
  public Optional<Schedule> put(String tenant, String name, Draft draft, Next next, int most)
      throws SQLException {
    return database.inTransaction(
        connection -> {
          Optional<Schedule> before = one(connection, LOCK, tenant, name);
          Instant now = now(connection);
          Instant created = before.map(Schedule::createdAt).orElse(now);
          Instant nextAt = null;
          if (!draft.paused()) {
            nextAt =
                before
                    .filter(s -> s.timing().equals(draft.timing()))
                    .map(Schedule::nextAt)
                    .orElseGet(() -> next.after(draft.timing(), created, now));
          }
          Optional<Schedule> after = write(connection, tenant, name, draft, nextAt, created, most);
          if (after.isPresent()) {
            unqueue(connection, tenant, name);
          }
          return after.isPresent() ? one(connection, FIND, tenant, name) : after;
        });
  }

  /** One schedule, by {@code schedule_pkey}. */
  public Optional<Schedule> find(String tenant, String name) throws SQLException {
    try (Connection connection = database.connection()) {
      return one(connection, FIND, tenant, name);
    }
  }

  /**
   * Schedules in the order of their names, by {@code schedule_pkey}.
   *
   * @param after the name to begin after, or an empty text
   * @param limit most schedules, at least 1
   */
  public List<Schedule> list(String tenant, String after, int limit) throws SQLException {
    List<Schedule> found = new ArrayList<>();
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(LIST)) {
      statement.setString(1, tenant);
      statement.setString(2, after);
      statement.setInt(3, limit);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          found.add(ScheduleRows.read(rows));
        }
      }
    }
    return found;
  }

  /** What became of a schedule's latest instants, the latest first; by its primary key. */
  public List<Firing> firings(String tenant, String name, int limit) throws SQLException {
    List<Firing> found = new ArrayList<>();
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(FIRINGS)) {
      statement.setString(1, tenant);
      statement.setString(2, name);
      statement.setInt(3, limit);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          found.add(ScheduleRows.firing(rows));
        }
      }
    }
    return found;
  }

  /**
   * Pauses a schedule or lets it go on; what is so already stays as it is. By {@code
   * schedule_pkey}; locks its row. A pause drops the instant that waits; instants that pass during
   * it are not missed.
   */
  public Optional<Schedule> pause(String tenant, String name, boolean paused, Next next)
      throws SQLException {
    return database.inTransaction(
        connection -> {
          Optional<Schedule> before = one(connection, LOCK, tenant, name);
          if (before.isEmpty() || before.get().paused() == paused) {
            return before;
          }
          Schedule known = before.get();
          Instant nextAt =
              paused ? null : next.after(known.timing(), known.createdAt(), now(connection));
          try (PreparedStatement statement = connection.prepareStatement(PAUSE)) {
            statement.setBoolean(1, paused);
            statement.setTimestamp(2, ScheduleRows.timestamp(nextAt));
            statement.setString(3, tenant);
            statement.setString(4, name);
            statement.executeQuery().close();
          }
          unqueue(connection, tenant, name);
          return one(connection, FIND, tenant, name);
        });
  }

  /**
   * Deletes a schedule with its record of firings; the jobs it made stay. By both primary keys.
   *
   * @return false when there is none of this name
   */
  public boolean delete(String tenant, String name) throws SQLException {
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(DELETE)) {
      statement.setString(1, tenant);
      statement.setString(2, name);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() && row.getLong(1) == 1;
      }
    }
  }

  /**
   * Makes a job of a schedule now, beside its instants, and writes it down among them; in one
   * transaction.
   *
   * @return empty when there is no such schedule
   */
  public Optional<SubmitStore.Submitted> trigger(
      String tenant, String name, NewJob job, Predicate<NewJob> heldBack, Duration grace)
      throws SQLException {
    return database.inTransaction(
        connection -> {
          if (!triggered(connection, tenant, name, job.id(), null)) {
            return Optional.empty();
          }
          return Optional.of(submissions.insert(connection, List.of(job), heldBack, grace));
        });
  }

  /**
   * The same with a run, which is started later: its start lies in its inbox.
   *
   * @return false when there is no such schedule
   */
  public boolean trigger(String tenant, String name, NewRun run) throws SQLException {
    return database.inTransaction(
        connection -> {
          if (!triggered(connection, tenant, name, null, run.id())) {
            return false;
          }
          RunWrites.insert(connection, List.of(run));
          return true;
        });
  }

  private static boolean triggered(
      Connection connection, String tenant, String name, @Nullable UUID job, @Nullable UUID run)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(TRIGGERED)) {
      statement.setObject(1, job);
      statement.setObject(2, run);
      statement.setString(3, tenant);
      statement.setString(4, name);
      return statement.executeUpdate() == 1;
    }
  }

  private static Optional<Schedule> one(
      Connection connection, String query, String tenant, String name) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setString(1, tenant);
      statement.setString(2, name);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? Optional.of(ScheduleRows.read(row)) : Optional.empty();
      }
    }
  }

  private static Optional<Schedule> write(
      Connection connection,
      String tenant,
      String name,
      Draft draft,
      @Nullable Instant nextAt,
      Instant created,
      int most)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(PUT + " " + ScheduleRows.COLUMNS)) {
      statement.setString(1, tenant);
      statement.setString(2, name);
      switch (draft.timing()) {
        case Timing.Cron(String expression, String zone) -> {
          statement.setString(3, "CRON");
          statement.setString(4, expression);
          statement.setString(5, zone);
          statement.setObject(6, null, java.sql.Types.BIGINT);
        }
        case Timing.Every(long millis) -> {
          statement.setString(3, "RATE");
          statement.setString(4, null);
          statement.setString(5, "UTC");
          statement.setLong(6, millis);
        }
      }
      switch (draft.work()) {
        case ScheduleWork.Job(String template) -> {
          statement.setString(7, template);
          statement.setString(8, null);
        }
        case ScheduleWork.Run(String template) -> {
          statement.setString(7, null);
          statement.setString(8, template);
        }
      }
      statement.setString(9, draft.overlap().name());
      statement.setString(10, draft.catchUp().name());
      statement.setInt(11, draft.catchUpMost());
      statement.setBoolean(12, draft.paused());
      statement.setTimestamp(13, ScheduleRows.timestamp(nextAt));
      statement.setTimestamp(14, ScheduleRows.timestamp(created));
      statement.setString(15, tenant);
      statement.setString(16, name);
      statement.setString(17, tenant);
      statement.setInt(18, most);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? Optional.of(ScheduleRows.read(row)) : Optional.empty();
      }
    }
  }

  private static void unqueue(Connection connection, String tenant, String name)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(UNQUEUE)) {
      statement.setString(1, tenant);
      statement.setString(2, name);
      statement.executeUpdate();
    }
  }

  /** The database's time, to the millisecond, as intervals count. */
  private static Instant now(Connection connection) throws SQLException {
    try (PreparedStatement statement =
            connection.prepareStatement("SELECT date_trunc('milliseconds', now())");
        ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getTimestamp(1).toInstant();
    }
  }
}
