package io.millrace.store;

import io.millrace.model.Announcement;
import io.millrace.model.JobState;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What follows when a job that ran for a key has ended: its result is kept and given to those who
 * waited for it; or, when it has none, one of them runs in its place.
 *
 * <p>The caller may have locked jobs. Rows of keys are locked next, in their order; followers are
 * locked last and never waited for, so that no order among jobs is needed. What cannot be done now
 * stays written down in {@code cache_landing}.
 */
public final class LandingStore {
  /** Most followers that one transaction answers. */
  static final int MOST_FOLLOWERS = 1_000;

  /** Most bytes of results that are copied for one leader in one transaction. */
  private static final long MOST_BYTES = 32L * 1024 * 1024;

  private static final String TAKE =
      """
      WITH taken AS (
        DELETE FROM cache_landing
         WHERE job_id = ANY (ARRAY(SELECT job_id FROM cache_landing %s ORDER BY job_id LIMIT ?
                                      FOR UPDATE SKIP LOCKED))
        RETURNING job_id, key)
      SELECT t.job_id, encode(t.key, 'hex'), j.state, coalesce(pg_column_size(j.result), 0)
        FROM taken t
        LEFT JOIN LATERAL (
             SELECT state, result FROM job WHERE job.id = t.job_id OFFSET 0) AS j ON true
       ORDER BY t.key""";

  private static final String KEEP =
      """
      WITH locked AS MATERIALIZED (
        SELECT f.* FROM (SELECT decode(k, 'hex') AS key, leader
                           FROM unnest(?::text[], ?::uuid[]) AS t (k, leader) ORDER BY 1) AS given
         CROSS JOIN LATERAL (
               SELECT * FROM cache_flight
                WHERE cache_flight.key = given.key AND cache_flight.leader = given.leader
                  FOR UPDATE) AS f),
      gone AS (DELETE FROM cache_flight WHERE key = ANY (ARRAY(SELECT key FROM locked)))
      INSERT INTO cache_entry (key, tenant, type, source, finished_at, expires_at, run_millis)
      SELECT l.key, l.tenant, l.type, l.leader, j.finished_at,
             j.finished_at + l.ttl_millis * (0.9 + 0.2 * random()) * interval '1 millisecond',
             greatest(0, extract(epoch FROM j.finished_at - j.started_at) * 1000)::bigint
        FROM locked l
       CROSS JOIN LATERAL (
             SELECT finished_at, started_at FROM job WHERE job.id = l.leader OFFSET 0) AS j
       WHERE l.keep ORDER BY l.key
      ON CONFLICT (key) DO UPDATE
         SET source = excluded.source, finished_at = excluded.finished_at,
             expires_at = excluded.expires_at, run_millis = excluded.run_millis""";

  private static final String DETAIL = "json_build_object('cache', 'JOINED', 'source', source.id)";

  private static final String ANSWER =
      """
      WITH picked AS MATERIALIZED (
        SELECT f.* FROM unnest(?::uuid[], ?::int[]) AS u (leader, most)
         CROSS JOIN LATERAL (
               SELECT leader, job_id FROM cache_follower
                WHERE cache_follower.leader = u.leader ORDER BY job_id LIMIT u.most) AS f
         LIMIT ?),
      locked AS MATERIALIZED (
        SELECT j.id, p.leader FROM (SELECT * FROM picked ORDER BY job_id) AS p
         CROSS JOIN LATERAL (
               SELECT id FROM job WHERE job.id = p.job_id AND state = 'WAITING'
                  FOR NO KEY UPDATE SKIP LOCKED) AS j),
      source AS MATERIALIZED (
        SELECT s.id, s.result FROM (SELECT DISTINCT leader FROM locked) AS l
         CROSS JOIN LATERAL (SELECT id, result FROM job WHERE job.id = l.leader OFFSET 0) AS s),
      moved AS (
        UPDATE job SET state = 'SUCCEEDED', result = source.result, cache_source = source.id,
                       finished_at = now(), %1$s
          FROM locked JOIN source ON source.id = locked.leader
         WHERE job.id = ANY (ARRAY(SELECT id FROM locked)) AND job.id = locked.id
        RETURNING %2$s, %3$s AS detail),
      answered AS (
        DELETE FROM cache_follower USING picked AS p
         WHERE cache_follower.leader = p.leader AND cache_follower.job_id = p.job_id
           AND (p.job_id IN (SELECT id FROM moved)
                OR NOT EXISTS (SELECT FROM job WHERE job.id = p.job_id AND state = 'WAITING'))),
      %4$s,
      %5$s,
      %6$s
      SELECT %7$s FROM moved"""
          .formatted(
              Moves.logged("'SUCCEEDED'", "job.attempt", DETAIL),
              Moves.ENDING,
              DETAIL,
              Moves.counted("moved"),
              Moves.reported("moved"),
              Moves.announced("moved"),
              Moves.SELECTED);

  private static final String AGAIN =
      """
      INSERT INTO cache_landing (job_id, key)
      SELECT leader, decode(k, 'hex') FROM unnest(?::uuid[], ?::text[]) AS t (leader, k)
       WHERE EXISTS (SELECT FROM cache_follower WHERE cache_follower.leader = t.leader)
      ON CONFLICT DO NOTHING
      RETURNING job_id""";

  private static final String LOCK =
      """
      SELECT 1 FROM cache_flight WHERE key = decode(?, 'hex') AND leader = ? FOR UPDATE""";

  private static final String WHY =
      "json_build_object('why', 'the job it waited for gave no result')";

  private static final String PROMOTE =
      """
      WITH next AS MATERIALIZED (
        SELECT j.id FROM cache_follower f
         CROSS JOIN LATERAL (
               SELECT id FROM job WHERE job.id = f.job_id AND state = 'WAITING'
                  FOR NO KEY UPDATE SKIP LOCKED) AS j
         WHERE f.leader = ? ORDER BY f.job_id LIMIT 1),
      moved AS (
        UPDATE job SET state = job_gate(job.tenant, job.type), ready_at = now(),
                       cache_key = decode(?, 'hex'), %1$s
         WHERE job.id = ANY (ARRAY(SELECT id FROM next))
        RETURNING %2$s, %3$s AS detail),
      %4$s,
      %5$s,
      %6$s
      SELECT %7$s FROM moved"""
          .formatted(
              Moves.logged("job_gate(job.tenant, job.type)::text", "job.attempt", WHY),
              Moves.COLUMNS,
              WHY,
              Moves.counted("moved"),
              Moves.blocked("moved"),
              Moves.announced("moved"),
              Moves.SELECTED);

  private static final String GONE =
      """
      DELETE FROM cache_follower f
       WHERE f.leader = ?
         AND NOT EXISTS (SELECT FROM job WHERE job.id = f.job_id AND state = 'WAITING')""";

  private static final String LEFT = "SELECT EXISTS (SELECT FROM cache_follower WHERE leader = ?)";

  private final Database database;
  private final CacheStore cache = new CacheStore(0);

  public LandingStore(Database database) {
    this.database = database;
  }

  /**
   * What landing did.
   *
   * @param leaders how many jobs it was about
   * @param answered jobs that have another's result now
   * @param announcements those that run in another's place, and the events
   * @param blocked whether one of those waits for a place under a limit
   * @param more whether something is left for later
   */
  public record Landed(
      int leaders,
      List<UUID> answered,
      List<Announcement> announcements,
      boolean blocked,
      boolean more) {
    static final Landed NONE = new Landed(0, List.of(), List.of(), false, false);
  }

  private record Ended(UUID job, String key, @Nullable JobState state, long bytes) {
    int most() {
      return (int) Math.clamp(MOST_BYTES / Math.max(1, bytes), 1, MOST_FOLLOWERS);
    }
  }

  /**
   * Lands jobs that have ended and were not landed yet, in a transaction of its own; those that
   * somebody else is landing are left out.
   *
   * @param limit most jobs, at least 1
   */
  public Landed land(int limit, Duration grace) throws SQLException {
    return database.inTransaction(
        connection -> land(connection, take(connection, null, limit), grace));
  }

  /** Lands those of these jobs that have ended, in the transaction that ended them. */
  Landed land(Connection connection, List<UUID> jobs, Duration grace, int limit)
      throws SQLException {
    return land(connection, take(connection, jobs, limit), grace);
  }

  private Landed land(Connection connection, List<Ended> ended, Duration grace)
      throws SQLException {
    if (ended.isEmpty()) {
      return Landed.NONE;
    }
    List<Ended> good = ended.stream().filter(e -> e.state() == JobState.SUCCEEDED).toList();
    List<UUID> answered = new ArrayList<>();
    List<Announcement> announcements = new ArrayList<>();
    boolean more = false;
    if (!good.isEmpty()) {
      keep(connection, good);
      List<Moves.Move> moves = answer(connection, good, grace);
      moves.forEach(move -> answered.add(move.id()));
      add(announcements, Moves.announcement(moves, database));
      more = again(connection, good);
    }
    boolean blocked = false;
    for (Ended bad : ended) {
      if (bad.state() != JobState.SUCCEEDED && leads(connection, bad)) {
        List<Moves.Move> moves = promote(connection, bad, grace);
        add(announcements, Moves.announcement(moves, database));
        blocked |= moves.stream().anyMatch(move -> move.state() == JobState.BLOCKED);
        more |= moves.isEmpty() && isLeft(connection, bad);
      }
    }
    return new Landed(ended.size(), answered, announcements, blocked, more);
  }

  private static void add(List<Announcement> all, @Nullable Announcement one) {
    if (one != null) {
      all.add(one);
    }
  }

  private static List<Ended> take(Connection connection, @Nullable List<UUID> jobs, int limit)
      throws SQLException {
    String query = TAKE.formatted(jobs == null ? "" : "WHERE job_id = ANY (?::uuid[])");
    List<Ended> ended = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      int index = 1;
      if (jobs != null) {
        statement.setArray(index++, Arrays.uuids(connection, jobs, id -> id));
      }
      statement.setInt(index, limit);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          String state = rows.getString(3);
          ended.add(
              new Ended(
                  rows.getObject(1, UUID.class),
                  rows.getString(2),
                  state == null ? null : JobState.valueOf(state),
                  rows.getLong(4)));
        }
      }
    }
    return ended;
  }

  private static void keep(Connection connection, List<Ended> good) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(KEEP)) {
      statement.setArray(1, Arrays.texts(connection, good, Ended::key));
      statement.setArray(2, Arrays.uuids(connection, good, Ended::job));
      statement.executeUpdate();
    }
  }

  private List<Moves.Move> answer(Connection connection, List<Ended> good, Duration grace)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(ANSWER)) {
      statement.setArray(1, Arrays.uuids(connection, good, Ended::job));
      Arrays.ints(statement, 2, good, Ended::most);
      statement.setInt(3, MOST_FOLLOWERS);
      Moves.bindAnnounced(statement, 4, grace, database);
      return Moves.readAll(statement);
    }
  }

  private static boolean again(Connection connection, List<Ended> good) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(AGAIN)) {
      statement.setArray(1, Arrays.uuids(connection, good, Ended::job));
      statement.setArray(2, Arrays.texts(connection, good, Ended::key));
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next();
      }
    }
  }

  private static boolean leads(Connection connection, Ended bad) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(LOCK)) {
      statement.setString(1, bad.key());
      statement.setObject(2, bad.job());
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next();
      }
    }
  }

  private List<Moves.Move> promote(Connection connection, Ended bad, Duration grace)
      throws SQLException {
    List<Moves.Move> moves;
    try (PreparedStatement statement = connection.prepareStatement(PROMOTE)) {
      statement.setObject(1, bad.job());
      statement.setString(2, bad.key());
      Moves.bindAnnounced(statement, 3, grace, database);
      moves = Moves.readAll(statement);
    }
    if (!moves.isEmpty()) {
      UUID next = moves.getFirst().id();
      cache.lead(connection, bad.key(), next);
      execute(connection, "DELETE FROM cache_follower WHERE leader = ? AND job_id = ?", bad, next);
      execute(connection, "UPDATE cache_follower SET leader = ? WHERE leader = ?", next, bad.job());
    }
    return moves;
  }

  /** Whether followers are left that could not be had now; if not, nobody runs for the key. */
  private boolean isLeft(Connection connection, Ended bad) throws SQLException {
    try (PreparedStatement gone = connection.prepareStatement(GONE);
        PreparedStatement left = connection.prepareStatement(LEFT)) {
      gone.setObject(1, bad.job());
      gone.executeUpdate();
      left.setObject(1, bad.job());
      try (ResultSet rows = left.executeQuery()) {
        rows.next();
        if (rows.getBoolean(1)) {
          cache.landed(connection, new HashMap<>(Map.of(bad.job(), bad.key())));
          return true;
        }
      }
    }
    cache.release(connection, List.of(bad.key()));
    return false;
  }

  private static void execute(Connection connection, String sql, Object... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i] instanceof Ended ended ? ended.job() : values[i]);
      }
      statement.executeUpdate();
    }
  }
}
