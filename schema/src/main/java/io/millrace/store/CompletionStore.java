package io.millrace.store;

import io.millrace.model.Announcement;
import io.millrace.model.Completion;
import io.millrace.model.JobError;
import io.millrace.model.JobPointer;
import io.millrace.model.JobState;
import io.millrace.model.Outcome;
import io.millrace.model.Priority;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The completion: from RUNNING to where the outcome sends the job, fenced by session and attempt.
 */
public final class CompletionStore {
  private static final String COMPLETE =
      """
      WITH done AS (
        SELECT * FROM unnest(?::uuid[], ?::bigint[], ?::int[], ?::text[], ?::int[], ?::text[],
                             ?::text[], ?::text[], ?::bigint[])
          AS t (id, session, attempt, state, cost, result, error_kind, error_message,
                delay_millis)),
      moved AS (
        UPDATE job SET state = done.state::job_state, session = NULL,
                       failures = failures + done.cost,
                       result = done.result::json,
                       error_kind = coalesce(done.error_kind, job.error_kind),
                       error_message = coalesce(done.error_message, job.error_message),
                       error_attempt = CASE WHEN done.error_kind IS NULL THEN error_attempt
                                            ELSE done.attempt END,
                       ready_at = CASE WHEN done.state = 'READY' THEN now() ELSE ready_at END,
                       finished_at = CASE WHEN done.state IN ('SUCCEEDED', 'FAILED')
                                          THEN now() END
          FROM done
         WHERE job.id = done.id AND job.state = 'RUNNING'
           AND job.session = done.session AND job.attempt = done.attempt
        RETURNING job.id, pool, priority, job.state, tenant, delay_millis),
      timed AS (
        INSERT INTO job_timer (run_at, job_id)
        SELECT now() + delay_millis * interval '1 millisecond', id
          FROM moved WHERE state = 'SCHEDULED'),
      freed AS (
        DELETE FROM claim USING unnest(?::bigint[], ?::bigint[]) AS f (session, batch)
         WHERE claim.session = f.session AND claim.batch = f.batch),
      counted AS (%s),
      announced AS (%s)
      SELECT id, tenant, pool, priority, state = 'READY', (SELECT id FROM announced) FROM moved"""
          .formatted(Counts.moved("moved", "RUNNING"), Counts.announced("moved"));

  private final Database database;

  public CompletionStore(Database database) {
    this.database = database;
  }

  /** A claim all of whose jobs are in the batch or were before; its row goes. */
  public record FinishedClaim(long session, long batch) {}

  /**
   * What was written.
   *
   * @param recorded the ids whose outcome stands; one that is missing had lost its lease
   * @param announcement the jobs that became READY again, or null
   */
  public record Recorded(Set<UUID> recorded, @Nullable Announcement announcement) {}

  /**
   * Records outcomes in one transaction. By {@code job_pkey}; locks the job rows in the order
   * given. A completion whose session or attempt no longer match writes nothing.
   *
   * @param completions at most one per job, in ascending order of id
   * @param claims claims that end with this batch
   * @param grace how long a relay leaves the outbox row to the caller
   */
  public Recorded complete(List<Completion> completions, List<FinishedClaim> claims, Duration grace)
      throws SQLException {
    List<Row> rows = completions.stream().map(CompletionStore::row).toList();
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(COMPLETE)) {
      statement.setArray(1, Arrays.uuids(connection, rows, row -> row.fence().id()));
      Arrays.longs(statement, 2, rows, row -> row.fence().session());
      Arrays.ints(statement, 3, rows, row -> row.fence().attempt());
      statement.setArray(4, Arrays.texts(connection, rows, row -> row.state().name()));
      Arrays.ints(statement, 5, rows, Row::cost);
      statement.setArray(6, Arrays.texts(connection, rows, Row::result));
      statement.setArray(7, Arrays.texts(connection, rows, Row::errorKind));
      statement.setArray(8, Arrays.texts(connection, rows, Row::errorMessage));
      Arrays.longs(statement, 9, rows, Row::delayMillis);
      Arrays.longs(statement, 10, claims, FinishedClaim::session);
      Arrays.longs(statement, 11, claims, FinishedClaim::batch);
      statement.setLong(12, grace.toMillis());
      try (ResultSet result = statement.executeQuery()) {
        return read(result);
      }
    }
  }

  private static Recorded read(ResultSet result) throws SQLException {
    Set<UUID> recorded = new HashSet<>();
    List<JobPointer> ready = new ArrayList<>();
    long outboxId = 0;
    while (result.next()) {
      UUID id = result.getObject(1, UUID.class);
      recorded.add(id);
      if (result.getBoolean(5)) {
        outboxId = result.getLong(6);
        ready.add(
            new JobPointer(
                id, result.getString(2), result.getString(3), Priority.ofCode(result.getInt(4))));
      }
    }
    return new Recorded(recorded, ready.isEmpty() ? null : new Announcement(outboxId, ready));
  }

  /** One outcome as columns. */
  private record Row(
      Completion fence,
      JobState state,
      int cost,
      @Nullable String result,
      @Nullable JobError error,
      Duration delay) {
    @Nullable String errorKind() {
      return error == null ? null : error.kind().name();
    }

    @Nullable String errorMessage() {
      return error == null ? null : error.message();
    }

    long delayMillis() {
      return delay.toMillis();
    }
  }

  private static Row row(Completion c) {
    return switch (c.outcome()) {
      case Outcome.Succeeded(String result) ->
          new Row(c, to(JobState.SUCCEEDED), 0, result, null, Duration.ZERO);
      case Outcome.Failed(JobError error) ->
          new Row(c, to(JobState.FAILED), 1, null, error, Duration.ZERO);
      case Outcome.Retried(JobError error, Duration delay) ->
          new Row(c, to(JobState.SCHEDULED), 1, null, error, delay);
      case Outcome.HandedBack(Duration delay) ->
          new Row(
              c, to(delay.isZero() ? JobState.READY : JobState.SCHEDULED), 0, null, null, delay);
    };
  }

  private static JobState to(JobState state) {
    return JobState.RUNNING.moveTo(state);
  }
}
