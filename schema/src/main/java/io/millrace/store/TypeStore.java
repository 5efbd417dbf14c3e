package io.millrace.store;

import static io.millrace.db.Tables.JOB_TYPE;

import io.millrace.model.CachePolicy;
import io.millrace.model.JobType;
import io.millrace.model.WorkerDeath;
import io.millrace.model.Workload;
import java.util.List;
import org.jooq.impl.DSL;

/** The catalogue of job types: workers announce what they can run, the API admits by it. */
public final class TypeStore {
  private final Database database;

  public TypeStore(Database database) {
    this.database = database;
  }

  /** Announces types; the latest worker to start wins. Locks the rows in order of name. */
  public void announce(List<JobType> types) {
    database
        .dsl()
        .batch(
            types.stream()
                .sorted((a, b) -> a.name().compareTo(b.name()))
                .map(
                    type ->
                        database
                            .dsl()
                            .insertInto(JOB_TYPE)
                            .set(JOB_TYPE.NAME, type.name())
                            .set(JOB_TYPE.VERSION, type.version())
                            .set(JOB_TYPE.WORKLOAD, type.workload().name())
                            .set(JOB_TYPE.POOL, type.pool())
                            .set(JOB_TYPE.MAX_ATTEMPTS, type.maxAttempts())
                            .set(JOB_TYPE.TIMEOUT_MILLIS, type.timeoutMillis())
                            .set(JOB_TYPE.PAYLOAD_SCHEMA, type.payloadSchema())
                            .set(JOB_TYPE.ON_WORKER_DEATH, type.onWorkerDeath().name())
                            .set(JOB_TYPE.HEARTBEAT_MILLIS, type.heartbeatMillis())
                            .set(JOB_TYPE.RETRY, type.retry())
                            .set(
                                JOB_TYPE.CACHE, type.cache() == null ? null : type.cache().encode())
                            .onConflict(JOB_TYPE.NAME)
                            .doUpdate()
                            .setAllToExcluded()
                            .set(
                                JOB_TYPE.UPDATED_AT,
                                DSL.field("now()", JOB_TYPE.UPDATED_AT.getDataType())))
                .toList())
        .execute();
  }

  /** All announced types; a table of one row per type. */
  public List<JobType> all() {
    return database
        .dsl()
        .selectFrom(JOB_TYPE)
        .orderBy(JOB_TYPE.NAME)
        .fetch(
            row ->
                new JobType(
                    row.getName(),
                    row.getVersion(),
                    Workload.valueOf(row.getWorkload()),
                    row.getPool(),
                    row.getMaxAttempts(),
                    row.getTimeoutMillis(),
                    row.getPayloadSchema(),
                    WorkerDeath.valueOf(row.getOnWorkerDeath()),
                    row.getHeartbeatMillis(),
                    row.getRetry(),
                    CachePolicy.decode(row.getCache())));
  }
}
