package io.millrace.store;

import io.millrace.model.AcceptedRun;
import io.millrace.model.Announcement;
import io.millrace.model.JobState;
import io.millrace.model.NewJob;
import io.millrace.model.NewRun;
import io.millrace.model.RunTask;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Advances runs: takes what has happened to them, has somebody decide what follows, and writes it,
 * in one transaction. Whoever does so locks the runs' rows, in id order, after any jobs it has
 * locked before; so nobody who holds a run may lock a job that is there already.
 */
public final class RunAdvanceStore {
  private static final String LOCK =
      """
      SELECT r.* FROM (SELECT DISTINCT id FROM unnest(?::uuid[]) AS u (id) ORDER BY id) AS given
       CROSS JOIN LATERAL (
             SELECT id, tenant, workflow, version, state, paused, input, progress, labels,
                    traceparent, depth, parent, parent_node, parent_element, parent_round,
                    created_at, started_at, concurrency_key
               FROM run WHERE run.id = given.id FOR NO KEY UPDATE) AS r""";

  /** Mostly none: then nothing has to be taken, and no job looked up. */
  private static final String TOLD =
      "SELECT DISTINCT run FROM run_inbox WHERE run = ANY (?::uuid[])";

  private static final String TAKE =
      """
      WITH taken AS (
        DELETE FROM run_inbox WHERE run = ANY (?::uuid[])
        RETURNING id, run, kind, node, element, round, task, reason)
      SELECT t.run, t.kind, t.node, t.element, t.round, t.reason,
             coalesce(j.state::text, r.state::text), coalesce(j.result, r.output)::text,
             coalesce(j.error_kind, r.error_kind), coalesce(j.error_message, r.error_message)
        FROM taken t
        LEFT JOIN LATERAL (
             SELECT state, result, error_kind, error_message FROM job
              WHERE job.id = t.task OFFSET 0) AS j ON true
        LEFT JOIN LATERAL (
             SELECT state, output, error_kind, error_message FROM run
              WHERE run.id = t.task AND j.state IS NULL OFFSET 0) AS r ON true
       ORDER BY t.id""";

  private static final String DUE =
      """
      SELECT run FROM (
        SELECT DISTINCT run FROM (
          SELECT run FROM run_inbox WHERE due_at <= now() ORDER BY due_at, run LIMIT ?) AS first
        ) AS due ORDER BY run""";

  /** A run that somebody else is advancing is left to them. */
  private static final String IDLE =
      """
      SELECT r.id FROM (SELECT id FROM unnest(?::uuid[]) AS u (id) ORDER BY id) AS given
       CROSS JOIN LATERAL (
             SELECT id FROM run WHERE run.id = given.id FOR NO KEY UPDATE SKIP LOCKED) AS r""";

  private static final String WAKE =
      """
      WITH due AS (
        DELETE FROM run_timer WHERE (run, node) IN (
          SELECT run, node FROM run_timer WHERE due_at <= now()
           ORDER BY due_at LIMIT ? FOR UPDATE SKIP LOCKED)
        RETURNING run, node, round)
      INSERT INTO run_inbox (run, kind, node, element, round)
      SELECT run, 'TIMER', node, 0, round FROM due""";

  private final Database database;
  private final RunWrites writes;

  public RunAdvanceStore(Database database) {
    this.database = database;
    this.writes = new RunWrites(new SubmitStore(database));
  }

  /**
   * A run whose row is locked.
   *
   * @param input JSON text
   * @param progress null before it has started
   * @param parent the task of another run that it is, or null
   * @param concurrencyKey of which it holds or wants a place, or null
   */
  public record LockedRun(
      UUID id,
      String tenant,
      String workflow,
      String version,
      String state,
      boolean paused,
      String input,
      byte @Nullable [] progress,
      @Nullable String labels,
      @Nullable String traceparent,
      int depth,
      @Nullable RunTask parent,
      Instant createdAt,
      @Nullable Instant startedAt,
      @Nullable String concurrencyKey) {}

  /** What has happened to a run. */
  public sealed interface Happened {
    /** A task has ended. The result is JSON text; kind and message are those of its error. */
    record TaskEnded(
        int node,
        int element,
        int round,
        JobState state,
        @Nullable String result,
        @Nullable String errorKind,
        @Nullable String message)
        implements Happened {}

    /** A timer was due; the node -1 is the run itself. */
    record TimerFired(int node, int round) implements Happened {}

    /** It is to start, or to wait for its turn. */
    record Started() implements Happened {}

    /** Its turn has come. */
    record TurnCame() implements Happened {}

    /** It is to be cancelled. */
    record CancelRequested(String reason) implements Happened {}
  }

  /** What follows for one run. */
  @FunctionalInterface
  public interface Decision {
    /**
     * Decides.
     *
     * @param happened in the order in which it was written down; may be empty
     * @param reads what the run's expressions may ask for
     * @return null to leave the run as it is
     */
    @Nullable RunChange decide(LockedRun run, List<Happened> happened, RunReads reads)
        throws SQLException;
  }

  /**
   * What an advance did.
   *
   * @param runs those that were there
   * @param announcement the jobs that were made, or null
   * @param blocked whether some of them wait for a place under a limit
   * @param more whether something was written down for other runs, or is to be cancelled
   */
  public record Advanced(
      List<UUID> runs, @Nullable Announcement announcement, boolean blocked, boolean more) {
    static final Advanced NONE = new Advanced(List.of(), null, false, false);
  }

  /**
   * Stores runs and starts them, in one transaction; those that are there already are advanced and
   * otherwise left alone. As {@link #accept}, for runs without idempotency keys.
   */
  public Advanced start(
      List<NewRun> runs, Decision decision, Predicate<NewJob> heldBack, Duration grace)
      throws SQLException {
    return accept(runs, decision, heldBack, grace).advanced();
  }

  /**
   * What became of starts.
   *
   * @param answers one for each, in their order
   */
  public record Accepted(List<AcceptedRun> answers, Advanced advanced) {}

  /**
   * Stores runs and starts them, in one transaction, but for those whose idempotency key was used
   * before; keys may come more than once. Takes key rows in their order, before any run.
   */
  public Accepted accept(
      List<NewRun> runs, Decision decision, Predicate<NewJob> heldBack, Duration grace)
      throws SQLException {
    return database.inTransaction(
        connection -> {
          List<AcceptedRun> answers = RunKeys.take(connection, runs);
          List<NewRun> stored =
              IntStream.range(0, runs.size())
                  .filter(i -> answers.get(i) instanceof AcceptedRun.Stored)
                  .mapToObj(runs::get)
                  .toList();
          RunWrites.insert(connection, stored);
          List<UUID> ids = stored.stream().map(NewRun::id).toList();
          return new Accepted(answers, advance(connection, ids, decision, heldBack, grace));
        });
  }

  /**
   * Advances these runs, in a transaction of its own; see {@link #advance(Connection, Collection,
   * Decision, Predicate, Duration)}.
   */
  public Advanced advance(
      Collection<UUID> runs, Decision decision, Predicate<NewJob> heldBack, Duration grace)
      throws SQLException {
    return database.inTransaction(
        connection -> advance(connection, runs, decision, heldBack, grace));
  }

  /**
   * Advances runs to which something has happened, the one that has waited longest first; those
   * that somebody else is advancing are left out. By {@code run_inbox_due_at_idx}, then as {@link
   * #advance(Collection, Decision, Predicate, Duration)}.
   *
   * @param limit most things looked at, at least 1
   */
  public Advanced advanceDue(
      int limit, Decision decision, Predicate<NewJob> heldBack, Duration grace)
      throws SQLException {
    return database.inTransaction(
        connection -> {
          List<UUID> due = ids(connection, DUE, limit);
          List<UUID> idle =
              due.isEmpty() ? due : ids(connection, IDLE, Arrays.uuids(connection, due, id -> id));
          return advance(connection, idle, decision, heldBack, grace);
        });
  }

  /** Runs to which something has happened, at most so many, by {@code run_inbox_due_at_idx}. */
  public List<UUID> due(int limit) throws SQLException {
    try (Connection connection = database.connection()) {
      return ids(connection, DUE, limit);
    }
  }

  /**
   * Writes down which timers were due; by {@code run_timer_due_at_idx}, skipping those another
   * process takes.
   *
   * @return how many
   */
  public int wake(int limit) throws SQLException {
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(WAKE)) {
      statement.setInt(1, limit);
      return statement.executeUpdate();
    }
  }

  /**
   * Advances runs in a transaction of the caller's, which may have locked jobs before and locks
   * none after. By {@code run_pkey} and {@code run_inbox_run_idx}; locks the runs in id order.
   */
  Advanced advance(
      Connection connection,
      Collection<UUID> runs,
      Decision decision,
      Predicate<NewJob> heldBack,
      Duration grace)
      throws SQLException {
    return advance(connection, runs, List.of(), decision, heldBack, HandOver.none(), grace);
  }

  /**
   * The same, with tasks that have succeeded in this transaction and are written down nowhere else:
   * they count after what {@code run_inbox} has.
   */
  Advanced advance(
      Connection connection,
      Collection<UUID> runs,
      List<EndedTask> succeeded,
      Decision decision,
      Predicate<NewJob> heldBack,
      HandOver handOver,
      Duration grace)
      throws SQLException {
    if (runs.isEmpty()) {
      return Advanced.NONE;
    }
    List<LockedRun> locked = lock(connection, runs);
    List<UUID> ids = locked.stream().map(LockedRun::id).toList();
    List<UUID> told = ids(connection, TOLD, Arrays.uuids(connection, ids, id -> id));
    Map<UUID, List<Happened>> happened = take(connection, told);
    for (EndedTask ended : succeeded) {
      happened.computeIfAbsent(ended.task().run(), id -> new ArrayList<>()).add(succeeded(ended));
    }
    List<RunChange> changes = new ArrayList<>();
    for (LockedRun run : locked) {
      RunChange change =
          decision.decide(
              run, happened.getOrDefault(run.id(), List.of()), new RunReads(connection, run));
      if (change != null) {
        changes.add(change);
      }
    }
    return writes.write(connection, locked, changes, heldBack, handOver, grace);
  }

  private static Happened succeeded(EndedTask ended) {
    RunTask task = ended.task();
    return new Happened.TaskEnded(
        task.node(), task.element(), task.round(), JobState.SUCCEEDED, ended.result(), null, null);
  }

  static List<LockedRun> lock(Connection connection, Collection<UUID> runs) throws SQLException {
    List<LockedRun> locked = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(LOCK)) {
      statement.setArray(1, Arrays.uuids(connection, List.copyOf(runs), id -> id));
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          locked.add(run(rows));
        }
      }
    }
    return locked;
  }

  private static LockedRun run(ResultSet row) throws SQLException {
    UUID parent = row.getObject(12, UUID.class);
    java.sql.Timestamp started = row.getTimestamp(17);
    return new LockedRun(
        row.getObject(1, UUID.class),
        row.getString(2),
        row.getString(3),
        row.getString(4),
        row.getString(5),
        row.getBoolean(6),
        row.getString(7),
        row.getBytes(8),
        row.getString(9),
        row.getString(10),
        row.getInt(11),
        parent == null ? null : new RunTask(parent, row.getInt(13), row.getInt(14), row.getInt(15)),
        row.getTimestamp(16).toInstant(),
        started == null ? null : started.toInstant(),
        row.getString(18));
  }

  private static Map<UUID, List<Happened>> take(Connection connection, List<UUID> runs)
      throws SQLException {
    Map<UUID, List<Happened>> taken = new HashMap<>();
    if (runs.isEmpty()) {
      return taken;
    }
    try (PreparedStatement statement = connection.prepareStatement(TAKE)) {
      statement.setArray(1, Arrays.uuids(connection, runs, id -> id));
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          Happened happened = happened(rows);
          taken
              .computeIfAbsent(rows.getObject(1, UUID.class), id -> new ArrayList<>())
              .add(happened);
        }
      }
    }
    return taken;
  }

  private static Happened happened(ResultSet row) throws SQLException {
    String kind = row.getString(2);
    return switch (kind) {
      case "TASK" ->
          new Happened.TaskEnded(
              row.getInt(3),
              row.getInt(4),
              row.getInt(5),
              JobState.valueOf(row.getString(7)),
              row.getString(8),
              row.getString(9),
              row.getString(10));
      case "TIMER" -> new Happened.TimerFired(row.getInt(3), row.getInt(5));
      case "START" -> new Happened.Started();
      case "TURN" -> new Happened.TurnCame();
      case "CANCEL" -> new Happened.CancelRequested(row.getString(6));
      default -> throw new IllegalStateException("run_inbox.kind is " + kind);
    };
  }

  private static List<UUID> ids(Connection connection, String query, Object value)
      throws SQLException {
    List<UUID> ids = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setObject(1, value);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          ids.add(rows.getObject(1, UUID.class));
        }
      }
    }
    return ids;
  }
}
