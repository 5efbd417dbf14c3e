package io.millrace.store;

import static io.millrace.db.Tables.RUN_LIMIT;

import io.millrace.model.Announcement;
import io.millrace.model.Priority;
import io.millrace.model.RunLimit;
import io.millrace.model.RunLimit.Scope;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Limits on what runs, as rows, and the BLOCKED jobs that wait under them. A job that a limit
 * applies to holds a permit per limit from its admission until it leaves READY and RUNNING; a rate
 * permit lasts for the interval after its job's start. So the number of permits is what runs or is
 * about to, and they are counted with the limits' rows locked.
 */
public final class LimitStore {
  /**
   * Most candidates looked at per tenant and type, or tenant; the rest waits for the next round.
   */
  private static final int CANDIDATES = 200;

  private static final String LOCK =
      """
      SELECT l.id, l.scope, l.subject, l.max_running, l.rate_starts, l.rate_millis
        FROM run_limit l ORDER BY l.id FOR UPDATE""";

  private static final String USED =
      """
      SELECT limit_id, count(*) FILTER (WHERE kind = 'RUN'), count(*) FILTER (WHERE kind = 'RATE'),
             (extract(epoch FROM min(free_at) - now()) * 1000)::bigint
        FROM permit GROUP BY limit_id""";

  /** The first of each tenant in each type, by priority and age; tenants and types by skipping. */
  private static final String WAITING =
      """
      WITH RECURSIVE queue AS (
        (SELECT type, tenant FROM job_blocked ORDER BY type, tenant LIMIT 1)
        UNION ALL
        SELECT n.type, n.tenant FROM queue CROSS JOIN LATERAL (
          SELECT b.type, b.tenant FROM job_blocked b
           WHERE (b.type, b.tenant) > (queue.type, queue.tenant)
           ORDER BY b.type, b.tenant LIMIT 1) AS n)
      SELECT c.job_id, c.tenant, c.type, c.priority,
             row_number() OVER (PARTITION BY c.type, c.tenant ORDER BY c.priority, c.job_id)
        FROM queue CROSS JOIN LATERAL (
             SELECT b.job_id, b.tenant, b.type, b.priority FROM job_blocked b
              WHERE b.type = queue.type AND b.tenant = queue.tenant
              ORDER BY b.priority, b.job_id LIMIT %d) AS c"""
          .formatted(CANDIDATES);

  private static final String ADMIT =
      """
      WITH held AS (
        SELECT id FROM job WHERE id = ANY (?::uuid[]) AND state = 'BLOCKED'
         ORDER BY id FOR NO KEY UPDATE),
      admitted AS (
        DELETE FROM job_blocked WHERE job_id = ANY (ARRAY(SELECT id FROM held))
        RETURNING job_id),
      moved AS (
        UPDATE job SET state = 'READY', limited = job.id = ANY (?::uuid[]), ready_at = now(), %1$s
         WHERE job.id = ANY (ARRAY(SELECT job_id FROM admitted))
        RETURNING %2$s, NULL::json AS detail),
      taken AS (
        INSERT INTO permit (limit_id, kind, job_id)
        SELECT p.limit_id, p.kind, p.job_id
          FROM unnest(?::int[], ?::text[], ?::uuid[]) AS p (limit_id, kind, job_id)
          JOIN moved ON moved.id = p.job_id),
      %3$s,
      %4$s
      SELECT %5$s FROM moved"""
          .formatted(
              Moves.logged("'READY'", "job.attempt", "NULL"),
              Moves.COLUMNS,
              Moves.counted("moved"),
              Moves.announced("moved"),
              Moves.SELECTED);

  private final Database database;

  public LimitStore(Database database) {
    this.database = database;
  }

  /**
   * A limit with what is taken of it.
   *
   * @param running permits held: jobs that run or are about to
   * @param started starts within the last interval, and jobs about to start
   * @param nextFreeMillis until the next start is allowed, when the rate is used up
   */
  public record Used(RunLimit limit, int running, int started, @Nullable Long nextFreeMillis) {}

  /**
   * A BLOCKED job that waits.
   *
   * @param rank its place among the jobs of its tenant and type, from 1
   */
  public record Waiting(UUID job, String tenant, String type, Priority priority, int rank) {}

  /** One place that one job takes. */
  public record Place(int limit, boolean rate, UUID job) {}

  /**
   * Which waiting jobs may run.
   *
   * @param jobs to become READY
   * @param places they take
   */
  public record Decision(List<UUID> jobs, List<Place> places) {}

  /**
   * What an admission did.
   *
   * @param admitted jobs that became READY
   * @param announcement their pointers and events, or null
   * @param left jobs that were looked at and still wait
   * @param nextFreeMillis when a rate allows the next start, or null
   */
  public record Admitted(
      int admitted, @Nullable Announcement announcement, int left, @Nullable Long nextFreeMillis) {}

  /** Whether any job waits under a limit. */
  public boolean anyWaiting() {
    return database
        .dsl()
        .fetchSingle("SELECT EXISTS (SELECT FROM job_blocked)")
        .get(0, Boolean.class);
  }

  /**
   * Admits waiting jobs, in one transaction that holds the rows of all limits: reads what is taken
   * and who waits, has the caller decide, and writes. By {@code job_blocked_type_idx}, {@code
   * permit_limit_idx} and {@code job_pkey}; locks the jobs in id order before it takes them out of
   * {@code job_blocked}, as everyone does who moves a BLOCKED job.
   *
   * @param decide from limits and the jobs that wait to those that may run; pure
   */
  public Admitted admit(
      java.util.function.BiFunction<List<Used>, List<Waiting>, Decision> decide, Duration grace)
      throws SQLException {
    return database.inTransaction(
        connection -> {
          DSLContext dsl = database.on(connection);
          List<RunLimit> limits = dsl.fetch(LOCK).map(LimitStore::limit);
          dsl.execute("DELETE FROM permit WHERE kind = 'RATE' AND free_at <= now()");
          List<Used> used = used(dsl, limits);
          List<Waiting> waiting = waiting(dsl);
          Decision decision = decide.apply(used, waiting);
          List<Moves.Move> moves =
              decision.jobs().isEmpty() ? List.of() : write(connection, decision, grace);
          return new Admitted(
              moves.size(),
              Moves.announcement(moves, database),
              waiting.size() - moves.size(),
              used.stream()
                  .map(Used::nextFreeMillis)
                  .filter(java.util.Objects::nonNull)
                  .min(Long::compare)
                  .orElse(null));
        });
  }

  private static List<Used> used(DSLContext dsl, List<RunLimit> limits) {
    Map<Integer, org.jooq.Record> taken = new HashMap<>();
    dsl.fetch(USED).forEach(row -> taken.put(row.get(0, Integer.class), row));
    List<Used> used = new ArrayList<>();
    for (RunLimit limit : limits) {
      org.jooq.Record row = taken.get(limit.id());
      used.add(
          row == null
              ? new Used(limit, 0, 0, null)
              : new Used(
                  limit,
                  row.get(1, Integer.class),
                  row.get(2, Integer.class),
                  row.get(3, Long.class)));
    }
    return used;
  }

  private static List<Waiting> waiting(DSLContext dsl) {
    return dsl.fetch(WAITING)
        .map(
            row ->
                new Waiting(
                    row.get(0, UUID.class),
                    row.get(1, String.class),
                    row.get(2, String.class),
                    Priority.ofCode(row.get(3, Integer.class)),
                    row.get(4, Integer.class)));
  }

  private List<Moves.Move> write(Connection connection, Decision decision, Duration grace)
      throws SQLException {
    List<UUID> jobs = decision.jobs().stream().sorted().toList();
    List<Place> places = decision.places();
    try (PreparedStatement statement = connection.prepareStatement(ADMIT)) {
      statement.setArray(1, Arrays.uuids(connection, jobs, id -> id));
      statement.setArray(2, Arrays.uuids(connection, places, Place::job));
      Arrays.ints(statement, 3, places, Place::limit);
      statement.setArray(
          4, Arrays.texts(connection, places, place -> place.rate() ? "RATE" : "RUN"));
      statement.setArray(5, Arrays.uuids(connection, places, Place::job));
      Moves.bindAnnounced(statement, 6, grace, database);
      return Moves.readAll(statement);
    }
  }

  /** All limits with what is taken of them, in order of scope and subject. */
  public List<Used> all() {
    return database
        .dsl()
        .transactionResult(
            tx ->
                used(
                    tx.dsl(),
                    tx.dsl()
                        .fetch(
                            "SELECT id, scope, subject, max_running, rate_starts, rate_millis"
                                + " FROM run_limit ORDER BY scope, subject")
                        .map(LimitStore::limit)));
  }

  /**
   * Keeps every statement that claims, ends or admits jobs out until the transaction ends, and
   * waits for those under way: {@code run_limit} for admissions, {@code permit} for the others,
   * which all may write to it. Without it a claim that has read the limits before this one came
   * would start jobs that nobody counts. Held for the time of one small statement.
   */
  private static final String ALONE = "LOCK TABLE run_limit, permit IN EXCLUSIVE MODE";

  /**
   * Sets a limit, new or not, while nothing is claimed or admitted. Jobs of the subject that run by
   * now, and those admitted under another limit, are given a permit too, so that they count; what
   * is READY without a permit is sent to wait when it is claimed. A rate counts the starts from
   * here on, and those about to happen.
   */
  public void put(Scope scope, String subject, @Nullable Integer maxRunning, @Nullable Rate rate) {
    database
        .dsl()
        .transaction(
            tx -> {
              tx.dsl().execute(ALONE);
              int id =
                  tx.dsl()
                      .insertInto(RUN_LIMIT)
                      .set(RUN_LIMIT.SCOPE, scope.name())
                      .set(RUN_LIMIT.SUBJECT, subject)
                      .set(RUN_LIMIT.MAX_RUNNING, maxRunning)
                      .set(RUN_LIMIT.RATE_STARTS, rate == null ? null : rate.starts())
                      .set(RUN_LIMIT.RATE_MILLIS, rate == null ? null : rate.per().toMillis())
                      .onConflict(RUN_LIMIT.SCOPE, RUN_LIMIT.SUBJECT)
                      .doUpdate()
                      .setAllToExcluded()
                      .returningResult(RUN_LIMIT.ID)
                      .fetchSingle()
                      .value1();
              tx.dsl().execute(PERMIT_RUNNING, scope.name(), subject, id, id);
            });
  }

  /** So many starts per interval. */
  public record Rate(int starts, Duration per) {}

  private static final String PERMIT_RUNNING =
      """
      WITH known AS (
        SELECT u.id FROM claim CROSS JOIN LATERAL unnest(claim.job_ids) AS u (id)
        UNION SELECT job_id FROM permit),
      counted AS (
        SELECT job.id, job.state FROM (SELECT id FROM known ORDER BY id) AS k
         CROSS JOIN LATERAL (
               SELECT id, state FROM job
                WHERE job.id = k.id
                  AND (job.state = 'RUNNING' OR (job.state = 'READY' AND job.limited))
                  AND CASE ? WHEN 'TENANT' THEN job.tenant ELSE job.type END = ?
                  FOR NO KEY UPDATE) AS job),
      marked AS (
        UPDATE job SET limited = true
         WHERE job.id = ANY (ARRAY(SELECT id FROM counted)) AND NOT job.limited)
      INSERT INTO permit (limit_id, kind, job_id)
      SELECT l.id, w.kind, c.id
        FROM run_limit l CROSS JOIN (VALUES ('RUN'), ('RATE')) AS w (kind) CROSS JOIN counted c
       WHERE l.id = ?
         AND CASE w.kind WHEN 'RUN' THEN l.max_running IS NOT NULL
                         ELSE l.rate_starts IS NOT NULL AND c.state = 'READY' END
         AND NOT EXISTS (SELECT FROM permit p
                          WHERE p.limit_id = ? AND p.job_id = c.id AND p.kind = w.kind)""";

  /** Those that held a place under the limit alone are asked again when they are claimed. */
  private static final String UNMARK =
      """
      WITH alone AS (
        SELECT DISTINCT p.job_id AS id FROM permit p
         WHERE p.limit_id = ? AND NOT EXISTS (
               SELECT FROM permit o WHERE o.job_id = p.job_id AND o.limit_id <> p.limit_id)),
      held AS (
        SELECT job.id FROM (SELECT id FROM alone ORDER BY id) AS a CROSS JOIN LATERAL (
               SELECT id FROM job WHERE job.id = a.id AND job.limited FOR NO KEY UPDATE) AS job)
      UPDATE job SET limited = false WHERE job.id = ANY (ARRAY(SELECT id FROM held))""";

  /**
   * Lifts a limit, while nothing is claimed or admitted; its permits go with it.
   *
   * @return false when there was none
   */
  public boolean delete(Scope scope, String subject) {
    return database
        .dsl()
        .transactionResult(
            tx -> {
              tx.dsl().execute(ALONE);
              Integer id =
                  tx.dsl()
                      .select(RUN_LIMIT.ID)
                      .from(RUN_LIMIT)
                      .where(RUN_LIMIT.SCOPE.eq(scope.name()), RUN_LIMIT.SUBJECT.eq(subject))
                      .fetchOne(RUN_LIMIT.ID);
              if (id == null) {
                return false;
              }
              tx.dsl().execute(UNMARK, id);
              return tx.dsl().deleteFrom(RUN_LIMIT).where(RUN_LIMIT.ID.eq(id)).execute() == 1;
            });
  }

  private static RunLimit limit(org.jooq.Record row) {
    return new RunLimit(
        row.get(0, Integer.class),
        Scope.valueOf(row.get(1, String.class)),
        row.get(2, String.class),
        row.get(3, Integer.class),
        row.get(4, Integer.class),
        row.get(5, Long.class));
  }
}
