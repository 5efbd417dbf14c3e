package io.millrace.store;

import static io.millrace.db.Tables.WORKER;

import io.millrace.db.enums.WorkerState;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jooq.impl.DSL;

/** Worker sessions: a row and a heartbeat per process, never per job. Times are the database's. */
public final class WorkerStore {
  private final Database database;

  public WorkerStore(Database database) {
    this.database = database;
  }

  /**
   * Opens a session.
   *
   * @param name what people call the worker, such as host and process id
   * @param slots jobs it can run at once, at least 1
   * @return the session's number, never used before
   */
  public long register(String name, List<String> pools, int slots) {
    return register(name, pools, slots, false);
  }

  /**
   * Opens a session.
   *
   * @param quarantine whether it runs the quarantine lane alone; its death condemns its job
   */
  public long register(String name, List<String> pools, int slots, boolean quarantine) {
    return register(
        name, pools, pools.stream().map(pool -> slots).toList(), Math.max(1, slots), quarantine);
  }

  /**
   * Opens a session.
   *
   * @param poolSlots jobs of each pool it can run at once, in the order of the pools
   */
  public long register(
      String name, List<String> pools, List<Integer> poolSlots, int slots, boolean quarantine) {
    return database
        .dsl()
        .insertInto(
            WORKER, WORKER.NAME, WORKER.POOLS, WORKER.POOL_SLOTS, WORKER.SLOTS, WORKER.QUARANTINE)
        .values(
            name,
            pools.toArray(String[]::new),
            poolSlots.toArray(Integer[]::new),
            slots,
            quarantine)
        .returningResult(WORKER.SESSION)
        .fetchSingle()
        .value1();
  }

  /**
   * Beats, by {@code worker_pkey}; no indexed column changes, so the update is HOT.
   *
   * @return false when the session was declared dead: its jobs are somebody else's now
   */
  public boolean beat(long session, int running) {
    return database
            .dsl()
            .update(WORKER)
            .set(WORKER.BEAT_AT, DSL.field("now()", WORKER.BEAT_AT.getDataType()))
            .set(WORKER.RUNNING, running)
            .where(
                WORKER.SESSION.eq(session), WORKER.STATE.in(WorkerState.LIVE, WorkerState.DRAINING))
            .execute()
        == 1;
  }

  /** Marks a session as claiming nothing more. */
  public void drain(long session) {
    database
        .dsl()
        .update(WORKER)
        .set(WORKER.STATE, WorkerState.DRAINING)
        .where(WORKER.SESSION.eq(session), WORKER.STATE.eq(WorkerState.LIVE))
        .execute();
  }

  /** Ends a session in order. What it still holds, if anything, is returned by the reaper. */
  public void leave(long session) {
    database
        .dsl()
        .update(WORKER)
        .set(WORKER.STATE, WorkerState.LEFT)
        .set(WORKER.RUNNING, 0)
        .where(WORKER.SESSION.eq(session), WORKER.STATE.in(WorkerState.LIVE, WorkerState.DRAINING))
        .execute();
  }

  /** The pools of all sessions that are remembered, ended ones too; one row per process. */
  public List<String> pools() {
    return database
        .dsl()
        .fetch("SELECT DISTINCT unnest(pools) FROM worker")
        .getValues(0, String.class);
  }

  /** A session that stopped beating. */
  public record Dead(long session, String name) {}

  /**
   * Declares sessions dead that have not beaten for a lease, unless the database itself was started
   * within it: then nobody could beat. Scans a table of one row per process.
   *
   * @param lease longest silence, by the database's clock
   */
  public List<Dead> expire(Duration lease) {
    return expire(lease, now());
  }

  /** The database's clock. */
  public Instant now() {
    return database.dsl().fetchSingle("SELECT clock_timestamp()").get(0, Instant.class);
  }

  /**
   * As above, unless the statement reaches the database later than half a lease after {@code asOf}:
   * a network that stood still meanwhile has held up the heartbeats of the living as well.
   *
   * @param asOf the database's time when the caller decided
   */
  public List<Dead> expire(Duration lease, Instant asOf) {
    return database
        .dsl()
        .resultQuery(
            """
            UPDATE worker SET state = 'DEAD'
             WHERE state IN ('LIVE', 'DRAINING')
               AND beat_at < now() - ? * interval '1 millisecond'
               AND pg_postmaster_start_time() < now() - ? * interval '1 millisecond'
               AND now() < ?::timestamptz + greatest(?, 1000) / 2 * interval '1 millisecond'
            RETURNING session, name""",
            lease.toMillis(),
            lease.toMillis(),
            asOf.atOffset(ZoneOffset.UTC),
            lease.toMillis())
        .fetch(row -> new Dead(row.get(0, Long.class), row.get(1, String.class)));
  }

  /** Forgets sessions that ended long ago and hold no claim. */
  public int forget(Duration age) {
    return database
        .dsl()
        .execute(
            """
            DELETE FROM worker WHERE state IN ('LEFT', 'DEAD')
               AND beat_at < now() - ? * interval '1 millisecond'
               AND NOT EXISTS (SELECT FROM claim WHERE claim.session = worker.session)""",
            age.toMillis());
  }
}
