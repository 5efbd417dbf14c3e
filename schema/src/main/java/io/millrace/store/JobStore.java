package io.millrace.store;

import static io.millrace.db.Tables.JOB;
import static io.millrace.db.Tables.JOB_LOG;
import static io.millrace.db.Tables.JOB_PROGRESS;
import static io.millrace.db.Tables.WORKER;

import io.millrace.model.ErrorKind;
import io.millrace.model.JobDetails;
import io.millrace.model.JobError;
import io.millrace.model.JobRef;
import io.millrace.model.JobView;
import io.millrace.model.Priority;
import io.millrace.model.StoredResult;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jooq.Field;
import org.jooq.JSON;
import org.jooq.JSONB;
import org.jooq.Record;
import org.jooq.SelectField;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Jobs as their submitters read them. Every statement names the tenant. */
public final class JobStore {
  private static final Field<Instant> NOW = DSL.field("now()", Instant.class);

  private static final Field<JSONB> USAGE = DSL.field("job.usage", JSONB.class);

  /** What {@link #view} reads. */
  static final List<SelectField<?>> COLUMNS =
      List.of(
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
          JOB.EVENTS,
          JOB.CRASHES,
          JOB.RUN_AT,
          JOB.DEADLINE,
          JOB.LABELS,
          JOB.PARENT,
          JOB.ORIGIN,
          JOB.CANCEL_REQUESTED_AT,
          JOB.CANCEL_REASON,
          USAGE,
          JOB_PROGRESS.FRACTION,
          JOB_PROGRESS.MESSAGE,
          JOB_PROGRESS.COUNTERS,
          JOB_PROGRESS.UPDATED_AT,
          WORKER.NAME,
          NOW);

  private static final List<SelectField<?>> WITH_TENANT =
      Stream.concat(COLUMNS.stream(), Stream.of(JOB.TENANT)).toList();

  private final Database database;

  public JobStore(Database database) {
    this.database = database;
  }

  /** Reads one job with its latest progress, by {@code job_pkey} and {@code job_progress_pkey}. */
  public Optional<JobView> find(String tenant, UUID id) {
    return database
        .dsl()
        .select(COLUMNS)
        .from(JOB)
        .leftJoin(JOB_PROGRESS)
        .on(JOB_PROGRESS.JOB_ID.eq(JOB.ID))
        .leftJoin(WORKER)
        .on(WORKER.SESSION.eq(JOB.SESSION))
        .where(JOB.ID.eq(id), JOB.TENANT.eq(tenant))
        .fetchOptional(JobStore::view);
  }

  /**
   * Reads jobs with their latest progress, in one statement, by {@code job_pkey} and {@code
   * job_progress_pkey}; both are led to by the ids, so that neither is ever scanned.
   *
   * @param refs at least one; any may be there twice
   * @return those that the tenants have
   */
  public Map<JobRef, JobView> find(Collection<JobRef> refs) {
    List<UUID> ids = refs.stream().map(JobRef::id).distinct().toList();
    UUID[] all = ids.toArray(UUID[]::new);
    UUID lowest = Arrays.lowest(ids);
    UUID highest = Arrays.highest(ids);
    Map<JobRef, JobView> found = new HashMap<>();
    database
        .dsl()
        .select(WITH_TENANT)
        .from(JOB)
        .leftJoin(JOB_PROGRESS)
        .on(
            JOB_PROGRESS.JOB_ID.eq(JOB.ID),
            JOB_PROGRESS.JOB_ID.eq(DSL.any(all)),
            JOB_PROGRESS.JOB_ID.between(lowest, highest))
        .leftJoin(WORKER)
        .on(WORKER.SESSION.eq(JOB.SESSION))
        .where(JOB.ID.eq(DSL.any(all)), JOB.ID.between(lowest, highest))
        .forEach(row -> found.put(new JobRef(row.get(JOB.TENANT), row.get(JOB.ID)), view(row)));
    // A job of another tenant is not there, whoever asked for it in the same statement.
    found.keySet().retainAll(Set.copyOf(refs));
    return found;
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

  static JobView view(Record row) {
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
                fraction,
                row.get(JOB_PROGRESS.MESSAGE),
                text(row.get(JOB_PROGRESS.COUNTERS)),
                row.get(JOB_PROGRESS.UPDATED_AT)),
        details(row));
  }

  private static JobDetails details(Record row) {
    JSONB labels = row.get(JOB.LABELS);
    JSONB usage = row.get(USAGE);
    return new JobDetails(
        row.get(JOB.EVENTS),
        row.get(JOB.CRASHES),
        row.get(JOB.RUN_AT),
        row.get(JOB.DEADLINE),
        labels == null ? null : labels.data(),
        row.get(JOB.PARENT),
        row.get(JOB.ORIGIN),
        row.get(JOB.CANCEL_REQUESTED_AT),
        row.get(JOB.CANCEL_REASON),
        usage == null ? null : usage.data());
  }

  private static @Nullable String text(@Nullable JSON json) {
    return json == null ? null : json.data();
  }

  private static @Nullable JobError error(Record row) {
    String kind = row.get(JOB.ERROR_KIND);
    return kind == null
        ? null
        : new JobError(
            ErrorKind.valueOf(kind), row.get(JOB.ERROR_MESSAGE), row.get(JOB.ERROR_ATTEMPT));
  }
}
