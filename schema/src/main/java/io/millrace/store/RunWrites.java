package io.millrace.store;

import io.millrace.model.NewJob;
import io.millrace.model.NewRun;
import io.millrace.model.RunTask;
import io.millrace.store.RunAdvanceStore.Advanced;
import io.millrace.store.RunAdvanceStore.LockedRun;
import io.millrace.store.SubmitStore.Submitted;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Writes what becomes of runs, in a transaction of the caller's that holds their rows. */
final class RunWrites {
  private static final String FINAL = "c.state IN ('SUCCEEDED', 'FAILED', 'CANCELLED')";

  /** Longest log that stays in the run's row, in characters; what is longer goes to run_log. */
  private static final int MAX_LOG = 1_500;

  /** A line of the log, numbered on from the events there are. */
  private static final String LINE =
      "(run.events + 1) || ' ' || " + Moves.NOW_MILLIS + " || ' ' || c.moves || E'\\n'";

  /**
   * A run that had ended before and does not go on stays as it ended. Where nobody listens, the
   * last insert finds nothing to insert.
   */
  private static final String UPDATE =
      """
      WITH written AS (
      UPDATE run
         SET state = c.state::run_state, paused = c.paused, progress = c.progress,
             started_at = CASE WHEN c.state = 'NEW' THEN run.started_at
                               WHEN run.state = 'NEW' AND c.state = 'CANCELLED' THEN run.started_at
                               ELSE coalesce(run.started_at, now()) END,
             finished_at = CASE WHEN c.ended THEN now() WHEN %1$s THEN run.finished_at END,
             output = CASE WHEN c.ended THEN c.output::json WHEN %1$s THEN run.output END,
             error_kind = CASE WHEN c.ended THEN c.error_kind WHEN %1$s THEN run.error_kind END,
             error_message = CASE WHEN c.ended THEN c.message
                                  WHEN %1$s THEN run.error_message END,
             error_node = CASE WHEN c.ended THEN c.node WHEN %1$s THEN run.error_node END,
             events = run.events + c.moved,
             log = CASE WHEN c.moved = 0 THEN run.log WHEN length(run.log) > %2$d THEN %3$s
                        ELSE run.log || %3$s END
        FROM unnest(?::uuid[], ?::text[], ?::boolean[], ?::bytea[], ?::boolean[], ?::text[],
                    ?::text[], ?::text[], ?::text[], ?::text[], ?::int[])
             AS c (id, state, paused, progress, ended, output, error_kind, message, node, moves,
                   moved)
       WHERE run.id = c.id AND run.id = ANY (?::uuid[]) AND run.id BETWEEN ? AND ?
      RETURNING run.id, c.moved, old.events, old.log, (old.events + 1) || ' ' || %4$s || ' '
                || c.moves AS line),
      spilled AS (
        INSERT INTO run_log (run, last, lines)
        SELECT id, events, log FROM written WHERE moved > 0 AND length(log) > %2$d)
      INSERT INTO run_news (listener, run, line)
      SELECT l.name, w.id, w.line FROM run_listener l CROSS JOIN written w WHERE w.moved > 0"""
          .formatted(FINAL, MAX_LOG, LINE, Moves.NOW_MILLIS);

  private static final String TASKS =
      """
      INSERT INTO run_task (run, node, element, round, task)
      SELECT * FROM unnest(?::uuid[], ?::int[], ?::int[], ?::int[], ?::uuid[])""";

  private static final String RUNS =
      """
      INSERT INTO run (id, tenant, workflow, version, input, labels, traceparent, depth, parent,
                       parent_node, parent_element, parent_round)
      SELECT id, tenant, workflow, version, input::json, labels::jsonb, traceparent, depth, parent,
             CASE WHEN parent IS NOT NULL THEN node END,
             CASE WHEN parent IS NOT NULL THEN element END,
             CASE WHEN parent IS NOT NULL THEN round END
        FROM unnest(?::uuid[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
                    ?::int[], ?::uuid[], ?::int[], ?::int[], ?::int[])
             AS t (id, tenant, workflow, version, input, labels, traceparent, depth, parent, node,
                   element, round)
      ON CONFLICT (id) DO NOTHING""";

  /** Once an hour is enough to know which versions are in use; one that others note is left out. */
  private static final String USED =
      """
      UPDATE workflow_version SET used_at = now()
       WHERE (tenant, name, version) IN (
             SELECT v.tenant, v.name, v.version
               FROM (SELECT DISTINCT tenant, name, version
                       FROM unnest(?::text[], ?::text[], ?::text[])
                            AS t (tenant, name, version)) AS g
              CROSS JOIN LATERAL (
                    SELECT tenant, name, version FROM workflow_version w
                     WHERE w.tenant = g.tenant AND w.name = g.name AND w.version = g.version
                       AND w.used_at < now() - interval '1 hour'
                       FOR NO KEY UPDATE SKIP LOCKED) AS v)""";

  private static final String STARTED =
      "INSERT INTO run_inbox (run, kind) SELECT id, 'START' FROM unnest(?::uuid[]) AS u (id)";

  private static final String TIMERS =
      """
      INSERT INTO run_timer (due_at, run, node, round)
      SELECT coalesce(to_timestamp(at / 1000.0), now() + delay * interval '1 millisecond'), run,
             node, round
        FROM unnest(?::bigint[], ?::bigint[], ?::uuid[], ?::int[], ?::int[])
             AS t (at, delay, run, node, round)
      ON CONFLICT (run, node) DO UPDATE SET due_at = excluded.due_at, round = excluded.round""";

  private static final String CLEAR =
      """
      DELETE FROM run_timer USING unnest(?::uuid[], ?::int[]) AS c (run, node)
       WHERE run_timer.run = c.run AND run_timer.node = c.node""";

  private static final String VALUES =
      """
      INSERT INTO run_value (run, node, kind, value)
      SELECT run, node, kind, value::json
        FROM unnest(?::uuid[], ?::int[], ?::text[], ?::text[]) AS v (run, node, kind, value)
      ON CONFLICT (run, node, kind) DO UPDATE SET value = excluded.value""";

  private static final String HALTS =
      "INSERT INTO run_halt (run) SELECT * FROM unnest(?::uuid[]) ON CONFLICT DO NOTHING";

  private static final String ENDED =
      """
      INSERT INTO run_inbox (run, kind, node, element, round, task)
      SELECT run, 'TASK', node, element, round, task
        FROM unnest(?::uuid[], ?::int[], ?::int[], ?::int[], ?::uuid[])
             AS t (run, node, element, round, task)""";

  private final SubmitStore submissions;

  RunWrites(SubmitStore submissions) {
    this.submissions = submissions;
  }

  Advanced write(
      Connection connection,
      List<LockedRun> locked,
      List<RunChange> changes,
      Predicate<NewJob> heldBack,
      HandOver handOver,
      Duration grace)
      throws SQLException {
    List<UUID> runs = locked.stream().map(LockedRun::id).toList();
    if (changes.isEmpty()) {
      return new Advanced(runs, null, false, false);
    }
    update(connection, changes);
    List<Own<RunChange.Timer>> timers = own(changes, RunChange::timers);
    clear(connection, own(changes, RunChange::cleared));
    timers(connection, timers);
    values(connection, own(changes, RunChange::values));
    List<UUID> halted = changes.stream().filter(RunChange::halted).map(RunChange::run).toList();
    ids(connection, HALTS, halted);
    List<NewRun> children = changes.stream().flatMap(c -> c.runs().stream()).toList();
    insert(connection, children);
    boolean told = tellParents(connection, changes);
    List<NewJob> jobs = changes.stream().flatMap(c -> c.jobs().stream()).toList();
    tasks(connection, jobs, children);
    Submitted submitted =
        jobs.isEmpty() ? null : submissions.insert(connection, jobs, heldBack, handOver, grace);
    boolean turned = RunTurns.settle(connection, locked, changes) > 0;
    ArtifactStore.write(connection, changes.stream().flatMap(c -> c.large().stream()).toList());
    return new Advanced(
        runs,
        submitted == null ? null : submitted.announcement(),
        submitted != null && submitted.blocked(),
        told || turned || !children.isEmpty() || !halted.isEmpty());
  }

  /** Stores runs that are to start; {@code run_pkey} makes a second insert harmless. */
  static void insert(Connection connection, List<NewRun> runs) throws SQLException {
    if (runs.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(RUNS)) {
      statement.setArray(1, Arrays.uuids(connection, runs, NewRun::id));
      statement.setArray(2, Arrays.texts(connection, runs, NewRun::tenant));
      statement.setArray(3, Arrays.texts(connection, runs, NewRun::workflow));
      statement.setArray(4, Arrays.texts(connection, runs, NewRun::version));
      statement.setArray(5, Arrays.texts(connection, runs, NewRun::input));
      statement.setArray(6, Arrays.texts(connection, runs, NewRun::labels));
      statement.setArray(7, Arrays.texts(connection, runs, NewRun::traceparent));
      Arrays.ints(statement, 8, runs, NewRun::depth);
      statement.setArray(
          9, Arrays.nullableUuids(connection, runs, run -> parent(run, RunTask::run)));
      Arrays.ints(statement, 10, runs, run -> number(run, RunTask::node));
      Arrays.ints(statement, 11, runs, run -> number(run, RunTask::element));
      Arrays.ints(statement, 12, runs, run -> number(run, RunTask::round));
      statement.executeUpdate();
    }
    ids(connection, STARTED, runs.stream().map(NewRun::id).toList());
    try (PreparedStatement statement = connection.prepareStatement(USED)) {
      statement.setArray(1, Arrays.texts(connection, runs, NewRun::tenant));
      statement.setArray(2, Arrays.texts(connection, runs, NewRun::workflow));
      statement.setArray(3, Arrays.texts(connection, runs, NewRun::version));
      statement.executeUpdate();
    }
  }

  private static <T> @Nullable T parent(NewRun run, Function<RunTask, T> part) {
    RunTask parent = run.parent();
    return parent == null ? null : part.apply(parent);
  }

  private static int number(NewRun run, Function<RunTask, Integer> part) {
    Integer number = parent(run, part);
    return number == null ? 0 : number;
  }

  private static void update(Connection connection, List<RunChange> changes) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(UPDATE)) {
      statement.setArray(1, Arrays.uuids(connection, changes, RunChange::run));
      statement.setArray(2, Arrays.texts(connection, changes, RunChange::state));
      statement.setArray(3, booleans(connection, changes, RunChange::paused));
      statement.setArray(
          4,
          connection.createArrayOf(
              "bytea", changes.stream().map(RunChange::progress).toArray(byte[][]::new)));
      statement.setArray(5, booleans(connection, changes, change -> change.end() != null));
      statement.setArray(6, ends(connection, changes, RunChange.End::output));
      statement.setArray(7, ends(connection, changes, RunChange.End::errorKind));
      statement.setArray(8, ends(connection, changes, RunChange.End::message));
      statement.setArray(9, ends(connection, changes, RunChange.End::node));
      statement.setArray(10, Arrays.texts(connection, changes, change -> change.log().moves()));
      Arrays.ints(statement, 11, changes, change -> change.log().count());
      Arrays.range(connection, statement, 12, changes.stream().map(RunChange::run).toList());
      statement.executeUpdate();
    }
  }

  private static java.sql.Array ends(
      Connection connection,
      List<RunChange> changes,
      Function<RunChange.End, @Nullable String> part)
      throws SQLException {
    return Arrays.texts(
        connection,
        changes,
        change -> {
          RunChange.End end = change.end();
          return end == null ? null : part.apply(end);
        });
  }

  private static java.sql.Array booleans(
      Connection connection, List<RunChange> changes, Function<RunChange, Boolean> part)
      throws SQLException {
    return connection.createArrayOf("boolean", changes.stream().map(part).toArray(Boolean[]::new));
  }

  /** Something of a run. */
  private record Own<T>(UUID run, T what) {}

  private static <T> List<Own<T>> own(List<RunChange> changes, Function<RunChange, List<T>> part) {
    return changes.stream()
        .flatMap(change -> part.apply(change).stream().map(one -> new Own<>(change.run(), one)))
        .toList();
  }

  private static void clear(Connection connection, List<Own<Integer>> cleared) throws SQLException {
    if (cleared.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(CLEAR)) {
      statement.setArray(1, Arrays.uuids(connection, cleared, Own::run));
      Arrays.ints(statement, 2, cleared, Own::what);
      statement.executeUpdate();
    }
  }

  private static void timers(Connection connection, List<Own<RunChange.Timer>> timers)
      throws SQLException {
    if (timers.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(TIMERS)) {
      statement.setArray(
          1,
          Arrays.bigints(
              connection,
              timers,
              timer -> {
                Instant at = timer.what().at();
                return at == null ? null : at.toEpochMilli();
              }));
      Arrays.longs(statement, 2, timers, timer -> timer.what().delay().toMillis());
      statement.setArray(3, Arrays.uuids(connection, timers, Own::run));
      Arrays.ints(statement, 4, timers, timer -> timer.what().node());
      Arrays.ints(statement, 5, timers, timer -> timer.what().round());
      statement.executeUpdate();
    }
  }

  private static void values(Connection connection, List<Own<RunChange.Value>> values)
      throws SQLException {
    if (values.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(VALUES)) {
      statement.setArray(1, Arrays.uuids(connection, values, Own::run));
      Arrays.ints(statement, 2, values, value -> value.what().node());
      statement.setArray(3, Arrays.texts(connection, values, value -> value.what().kind().name()));
      statement.setArray(4, Arrays.texts(connection, values, value -> value.what().value()));
      statement.executeUpdate();
    }
  }

  private static void tasks(Connection connection, List<NewJob> jobs, List<NewRun> runs)
      throws SQLException {
    record Row(RunTask task, UUID id) {}
    List<Row> rows = new ArrayList<>();
    for (NewJob job : jobs) {
      rows.add(new Row(Objects.requireNonNull(job.options().task()), job.id()));
    }
    for (NewRun run : runs) {
      rows.add(new Row(Objects.requireNonNull(run.parent()), run.id()));
    }
    if (rows.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(TASKS)) {
      statement.setArray(1, Arrays.uuids(connection, rows, row -> row.task().run()));
      Arrays.ints(statement, 2, rows, row -> row.task().node());
      Arrays.ints(statement, 3, rows, row -> row.task().element());
      Arrays.ints(statement, 4, rows, row -> row.task().round());
      statement.setArray(5, Arrays.uuids(connection, rows, Row::id));
      statement.executeUpdate();
    }
  }

  /** Writes down which tasks have ended, for whoever advances the runs. */
  static void report(Connection connection, List<EndedTask> ended) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(ENDED)) {
      statement.setArray(1, Arrays.uuids(connection, ended, one -> one.task().run()));
      Arrays.ints(statement, 2, ended, one -> one.task().node());
      Arrays.ints(statement, 3, ended, one -> one.task().element());
      Arrays.ints(statement, 4, ended, one -> one.task().round());
      statement.setArray(5, Arrays.uuids(connection, ended, EndedTask::id));
      statement.executeUpdate();
    }
  }

  private static boolean tellParents(Connection connection, List<RunChange> changes)
      throws SQLException {
    List<EndedTask> ended = new ArrayList<>();
    for (RunChange change : changes) {
      RunChange.End end = change.end();
      RunTask parent = end == null ? null : end.parent();
      if (parent != null) {
        ended.add(new EndedTask(parent, change.run(), null));
      }
    }
    if (!ended.isEmpty()) {
      report(connection, ended);
    }
    return !ended.isEmpty();
  }

  private static void ids(Connection connection, String sql, List<UUID> ids) throws SQLException {
    if (ids.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setArray(1, Arrays.uuids(connection, ids, id -> id));
      statement.executeUpdate();
    }
  }
}
