package io.millrace.store;

import io.millrace.model.Announcement;
import io.millrace.model.JobEvent;
import io.millrace.model.Limits;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Progress, output and log lines, written in batches. Events are fenced by session and attempt. Log
 * lines by the attempt number alone: it is used once, and the last lines of an attempt may come
 * after its outcome.
 */
public final class ProgressStore {
  private static final String FENCED =
      """
        FROM unnest(?::uuid[], ?::int[], %s)
             AS t (id, attempt, %s)
       CROSS JOIN LATERAL (
             SELECT FROM job WHERE job.id = t.id AND job.attempt = t.attempt OFFSET 0) AS job
      """;

  private static final String REPORT =
      """
      WITH given AS (
        SELECT * FROM unnest(?::uuid[], ?::bigint[], ?::int[], ?::text[], ?::real[], ?::text[],
                             ?::text[], ?::text[])
             WITH ORDINALITY
             AS t (id, session, attempt, kind, fraction, message, counters, output, o)),
      counted AS (
        SELECT id, session, attempt, count(*)::int AS events FROM given
         GROUP BY id, session, attempt ORDER BY id),
      moved AS (
        UPDATE job SET events = job.events + counted.events
          FROM counted
         WHERE job.id = counted.id AND job.id = ANY (?::uuid[]) AND job.id BETWEEN ? AND ?
           AND job.state = 'RUNNING'
           AND job.session = counted.session AND job.attempt = counted.attempt
        RETURNING job.id, job.tenant, job.type, job.session, job.attempt, old.events AS before),
      numbered AS (
        SELECT id, moved.tenant, moved.type, attempt, given.kind, given.fraction,
               given.message, given.counters, given.o,
               moved.before + row_number() OVER (PARTITION BY id ORDER BY given.o)::int AS n,
               CASE given.kind WHEN 'OUTPUT' THEN given.output::json
                    ELSE json_strip_nulls(json_build_object('fraction', given.fraction, 'message',
                           given.message, 'counters', given.counters::json)) END AS detail
          FROM given JOIN moved USING (id, session, attempt)),
      logged AS (
        INSERT INTO job_event (job_id, n, kind, attempt, detail)
        SELECT id, n, kind, attempt, detail FROM numbered),
      trimmed AS (
        DELETE FROM job_event USING moved
         WHERE job_event.job_id = ANY (ARRAY(SELECT id FROM moved WHERE before > %1$d))
           AND job_event.job_id = moved.id AND job_event.n <= moved.before - %1$d),
      latest AS (
        SELECT DISTINCT ON (id) * FROM numbered WHERE kind = 'PROGRESS' ORDER BY id, o DESC),
      shown AS (
        INSERT INTO job_progress AS p (job_id, attempt, fraction, message, counters, updated_at)
        SELECT id, attempt, fraction, message, counters::json, now() FROM latest
        ON CONFLICT (job_id) DO UPDATE
          SET attempt = excluded.attempt, fraction = excluded.fraction,
              message = excluded.message, counters = excluded.counters,
              updated_at = excluded.updated_at),
      announced AS (
        INSERT INTO outbox (due_at, job_ids, event_ids, event_numbers)
        SELECT now() + ? * interval '1 millisecond', '{}', array_agg(id), array_agg(n)
          FROM numbered WHERE ? HAVING count(*) > 0
        RETURNING id)
      SELECT id, tenant, type, n, (extract(epoch FROM now()) * 1000)::bigint, kind, attempt, detail,
             (SELECT id FROM announced) AS outbox_id
        FROM numbered ORDER BY id, n"""
          .formatted(Limits.MAX_EVENTS);

  private static final String LOG =
      """
      INSERT INTO job_log (job_id, attempt, line_no, at, line)
      SELECT t.id, t.attempt, t.line_no, t.at, t.line
      %s
      ON CONFLICT (job_id, attempt, line_no) DO NOTHING"""
          .formatted(
              FENCED.formatted("?::int[], ?::timestamptz[], ?::text[]", "line_no, at, line"));

  private final Database database;

  public ProgressStore(Database database) {
    this.database = database;
  }

  /**
   * What a running attempt says.
   *
   * @param kind {@link JobEvent#PROGRESS} or {@link JobEvent#OUTPUT}
   * @param fraction 0.0 to 1.0, of a progress
   * @param counters a JSON object of integers, of a progress, or null
   * @param output a JSON document, of an output
   * @param inRun whether the job is a task of a workflow run, whose log then names the output too
   */
  public record Report(
      UUID id,
      long session,
      int attempt,
      String kind,
      double fraction,
      String message,
      @Nullable String counters,
      @Nullable String output,
      boolean inRun) {
    /** Of a job that is no task of a run. */
    public Report(
        UUID id,
        long session,
        int attempt,
        String kind,
        double fraction,
        String message,
        @Nullable String counters,
        @Nullable String output) {
      this(id, session, attempt, kind, fraction, message, counters, output, false);
    }

    boolean isOutputOfRun() {
      return inRun && kind.equals(JobEvent.OUTPUT);
    }
  }

  /** One log line; {@code lineNo} counts from 0 within an attempt. */
  public record Line(UUID id, int attempt, int lineNo, Instant at, String line) {}

  /**
   * Writes reports as numbered events, the last progress of each job also as what its status shows;
   * in one transaction. By {@code job_pkey}, {@code job_event_pkey} and {@code job_progress_pkey};
   * locks the jobs. Those of an attempt that does not run under its session any more are dropped.
   *
   * @param reports at least one, those of a job in their order; jobs in ascending order of id
   * @return the events, to be published, or null
   */
  public @Nullable Announcement report(List<Report> reports, Duration grace) throws SQLException {
    if (reports.stream().noneMatch(Report::isOutputOfRun)) {
      try (Connection connection = database.connection()) {
        return announcement(report(connection, reports, grace));
      }
    }
    return announcement(
        database.inTransaction(
            connection -> {
              Reported reported = report(connection, reports, grace);
              RunOutputs.write(connection, outputsOfRuns(reports, reported.events()));
              return reported;
            }));
  }

  private record Reported(List<JobEvent> events, long outboxId) {}

  private @Nullable Announcement announcement(Reported reported) {
    return reported.events().isEmpty() || !database.publishesEvents()
        ? null
        : new Announcement(reported.outboxId(), List.of(), reported.events());
  }

  /** Those events that are output of tasks of runs, in the order of jobs and numbers. */
  private static List<JobEvent> outputsOfRuns(List<Report> reports, List<JobEvent> events) {
    Set<UUID> inRuns =
        reports.stream().filter(Report::inRun).map(Report::id).collect(Collectors.toSet());
    return events.stream()
        .filter(event -> event.kind().equals(JobEvent.OUTPUT) && inRuns.contains(event.jobId()))
        .toList();
  }

  private Reported report(Connection connection, List<Report> reports, Duration grace)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(REPORT)) {
      statement.setArray(1, Arrays.uuids(connection, reports, Report::id));
      Arrays.longs(statement, 2, reports, Report::session);
      Arrays.ints(statement, 3, reports, Report::attempt);
      statement.setArray(4, Arrays.texts(connection, reports, Report::kind));
      float[] fractions = new float[reports.size()];
      for (int i = 0; i < fractions.length; i++) {
        fractions[i] = (float) reports.get(i).fraction();
      }
      statement.setObject(5, fractions);
      statement.setArray(6, Arrays.texts(connection, reports, Report::message));
      statement.setArray(7, Arrays.texts(connection, reports, Report::counters));
      statement.setArray(8, Arrays.texts(connection, reports, Report::output));
      Arrays.range(connection, statement, 9, reports.stream().map(Report::id).toList());
      Moves.bindAnnounced(statement, 12, grace, database);
      List<JobEvent> events = new ArrayList<>();
      long outboxId = 0;
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          outboxId = rows.getLong(9);
          events.add(EventStore.read(rows));
        }
      }
      return new Reported(events, outboxId);
    }
  }

  /** Appends log lines by {@code job_pkey}; a line written before is left alone. */
  public void log(List<Line> rows) throws SQLException {
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(LOG)) {
      statement.setArray(1, Arrays.uuids(connection, rows, Line::id));
      Arrays.ints(statement, 2, rows, Line::attempt);
      Arrays.ints(statement, 3, rows, Line::lineNo);
      OffsetDateTime[] times = new OffsetDateTime[rows.size()];
      for (int i = 0; i < times.length; i++) {
        times[i] = rows.get(i).at().atOffset(ZoneOffset.UTC);
      }
      statement.setArray(4, connection.createArrayOf("timestamptz", times));
      statement.setArray(5, Arrays.texts(connection, rows, Line::line));
      statement.execute();
    }
  }
}
