package io.millrace.store;

import static io.millrace.db.Tables.JOB;
import static io.millrace.db.Tables.JOB_LOG;
import static io.millrace.db.Tables.JOB_PROGRESS;
import static io.millrace.db.Tables.WORKER;

import io.millrace.model.ErrorKind;
import io.millrace.model.JobError;
import io.millrace.model.JobView;
import io.millrace.model.NewJob;
import io.millrace.model.Priority;
import io.millrace.model.StoredResult;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Jobs as submitters write and read them. Every statement names the tenant. */
public final class JobStore {
  private static final Field<Instant> NOW = DSL.field("now()", Instant.class);

  private static final String INSERT =
      """
      WITH moved AS (
        INSERT INTO job (id, tenant, type, pool, priority, state, max_attempts, timeout_millis,
                         payload, traceparent, ready_at)
        SELECT id, tenant, type, pool, priority, 'READY', max_attempts, timeout_millis,
               payload::json, traceparent, now()
          FROM unnest(?::uuid[], ?::text[], ?::text[], ?::text[], ?::int[], ?::int[], ?::bigint[],
                      ?::text[], ?::text[])
               AS t (id, tenant, type, pool, priority, max_attempts, timeout_millis, payload,
                     traceparent)
        ON CONFLICT (id) DO NOTHING
        RETURNING id, pool, priority, state),
      counted AS (%s)
      %s"""
          .formatted(Counts.created("moved"), Counts.announced("moved"));

  private final Database database;

  public JobStore(Database database) {
    this.database = database;
  }

  /**
   * Stores jobs as READY with one outbox row, in one transaction; a job whose id is already there
   * is left alone, so a batch whose commit was in doubt may be inserted again. Appends to {@code
   * job_pkey}; locks nothing that exists.
   *
   * @param jobs at least one
   * @param grace how long a relay leaves the outbox row to the caller
   * @return the outbox row, empty when all jobs were there already
   */
  public OptionalLong insert(List<NewJob> jobs, Duration grace) throws SQLException {
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(INSERT)) {
      statement.setArray(1, Arrays.uuids(connection, jobs, NewJob::id));
      statement.setArray(2, Arrays.texts(connection, jobs, NewJob::tenant));
      statement.setArray(3, Arrays.texts(connection, jobs, NewJob::type));
      statement.setArray(4, Arrays.texts(connection, jobs, NewJob::pool));
      Arrays.ints(statement, 5, jobs, job -> job.priority().code());
      Arrays.ints(statement, 6, jobs, NewJob::maxAttempts);
      Arrays.longs(statement, 7, jobs, NewJob::timeoutMillis);
      statement.setArray(8, Arrays.texts(connection, jobs, NewJob::payload));
      statement.setArray(9, Arrays.texts(connection, jobs, NewJob::traceparent));
      statement.setLong(10, grace.toMillis());
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() ? OptionalLong.of(rows.getLong(1)) : OptionalLong.empty();
      }
    }
  }

  /** Reads one job with its latest progress, by {@code job_pkey} and {@code job_progress_pkey}. */
  public Optional<JobView> find(String tenant, UUID id) {
    return database
        .dsl()
        .select(
            JOB.ID,
            JOB.TYPE,
            JOB.STATE,
            JOB.POOL,
            JOB.PRIORITY,
            JOB.ATTEMPT,
            JOB.FAILURES,
            JOB.MAX_ATTEMPTS,
            JOB.CREATED_AT,
            JOB.STARTED_AT,
            JOB.FINISHED_AT,
            JOB.ERROR_KIND,
            JOB.ERROR_MESSAGE,
            JOB.ERROR_ATTEMPT,
            JOB_PROGRESS.FRACTION,
            JOB_PROGRESS.MESSAGE,
            JOB_PROGRESS.UPDATED_AT,
            WORKER.NAME,
            NOW)
        .from(JOB)
        .leftJoin(JOB_PROGRESS)
        .on(JOB_PROGRESS.JOB_ID.eq(JOB.ID))
        .leftJoin(WORKER)
        .on(WORKER.SESSION.eq(JOB.SESSION))
        .where(JOB.ID.eq(id), JOB.TENANT.eq(tenant))
        .fetchOptional(JobStore::view);
  }

  /** Reads a job's result document by {@code job_pkey}. */
  public Optional<StoredResult> result(String tenant, UUID id) {
    return database
        .dsl()
        .select(JOB.STATE, JOB.RESULT, JOB.ERROR_KIND, JOB.ERROR_MESSAGE, JOB.ERROR_ATTEMPT)
        .from(JOB)
        .where(JOB.ID.eq(id), JOB.TENANT.eq(tenant))
        .fetchOptional(
            row -> {
              var json = row.get(JOB.RESULT);
              return new StoredResult(
                  row.get(JOB.STATE), json == null ? null : json.data(), error(row));
            });
  }

  /** One line of a job's log. */
  public record LogLine(Instant at, int attempt, String line) {}

  /** Reads a job's log in order, by {@code job_log_pkey}; at most {@code limit} lines. */
  public List<LogLine> log(String tenant, UUID id, int limit) {
    return database
        .dsl()
        .select(JOB_LOG.AT, JOB_LOG.ATTEMPT, JOB_LOG.LINE)
        .from(JOB_LOG)
        .join(JOB)
        .on(JOB.ID.eq(JOB_LOG.JOB_ID))
        .where(JOB_LOG.JOB_ID.eq(id), JOB.TENANT.eq(tenant))
        .orderBy(JOB_LOG.ATTEMPT, JOB_LOG.LINE_NO)
        .limit(limit)
        .fetch(row -> new LogLine(row.value1(), row.value2(), row.value3()));
  }

  private static JobView view(Record row) {
    Float fraction = row.get(JOB_PROGRESS.FRACTION);
    return new JobView(
        row.get(JOB.ID),
        row.get(JOB.TYPE),
        row.get(JOB.STATE),
        row.get(JOB.POOL),
        Priority.ofCode(row.get(JOB.PRIORITY)),
        row.get(JOB.ATTEMPT),
        row.get(JOB.FAILURES),
        row.get(JOB.MAX_ATTEMPTS),
        row.get(JOB.CREATED_AT),
        row.get(JOB.STARTED_AT),
        row.get(JOB.FINISHED_AT),
        row.get(NOW),
        row.get(WORKER.NAME),
        error(row),
        fraction == null
            ? null
            : new JobView.Progress(
                fraction, row.get(JOB_PROGRESS.MESSAGE), row.get(JOB_PROGRESS.UPDATED_AT)));
  }

  private static @Nullable JobError error(Record row) {
    String kind = row.get(JOB.ERROR_KIND);
    return kind == null
        ? null
        : new JobError(
            ErrorKind.valueOf(kind), row.get(JOB.ERROR_MESSAGE), row.get(JOB.ERROR_ATTEMPT));
  }
}
