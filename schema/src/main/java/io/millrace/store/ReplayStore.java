package io.millrace.store;

import io.millrace.model.Announcement;
import io.millrace.model.DeadLetterFilter;
import io.millrace.model.ErrorKind;
import io.millrace.model.Replay;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Replays of many dead letters, done in steps. A step is one transaction that holds the replay's
 * row: it writes down some of what is to be replayed, or replays some of it, and where the next one
 * goes on. So whoever dies in the middle has done nothing, and no job is replayed twice.
 */
public final class ReplayStore {
  /** Most dead letters looked at in one step of listing. */
  private static final int LISTED = 1_000;

  private static final int ITEM_SCAN = 5_000;
  private static final UUID LOWEST = new UUID(0, 0);

  private static final String COLUMNS =
      "id, state, filter::text, payload::text, rate, listing, total, replayed, skipped, created_at,"
          + " finished_at";

  private static final String TAKE =
      """
      SELECT id, tenant, payload::text, rate, listing, at_time, at_id, created_at,
             filter->>'type', filter->>'kind', (filter->'labels')::text,
             (filter->>'until')::timestamptz
        FROM replay WHERE state = 'RUNNING' AND next_at <= now()
       ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED""";

  private static final String LIST =
      """
      WITH %s,
      put AS (
        INSERT INTO replay_item (replay_id, job_id)
        SELECT ?, page.job_id FROM page CROSS JOIN f WHERE %s
        ON CONFLICT DO NOTHING RETURNING 1)
      SELECT ending.seen, ending.last_at, ending.last_id, (SELECT count(*) FROM put) AS put
        FROM %s"""
          .formatted(DeadLetterStore.WINDOW, DeadLetterStore.FITS, DeadLetterStore.END);

  private static final String SETTLE =
      """
      UPDATE replay_item SET state = t.state, at = now(),
             detail = CASE t.state WHEN 'SKIPPED' THEN
                        coalesce('the job is ' || job.state || ', not FAILED any more',
                                 'there is no such job any more') END
        FROM unnest(?::uuid[], ?::text[]) AS t (id, state)
        LEFT JOIN LATERAL (
             SELECT state FROM job WHERE job.id = t.id AND job.tenant = ? OFFSET 0) AS job ON true
       WHERE replay_item.replay_id = ? AND replay_item.job_id = t.id""";

  /** A step late by more than a second does not make up for more than that. */
  private static final String ADVANCE =
      """
      UPDATE replay SET replayed = replayed + ?, skipped = skipped + ?, at_id = ?,
             next_at = CASE WHEN rate IS NULL THEN now()
                            ELSE greatest(next_at, now() - interval '1 second')
                                 + ? * interval '1 second' / rate END,
             state = CASE WHEN ? THEN 'DONE' ELSE state END,
             finished_at = CASE WHEN ? THEN now() END
       WHERE id = ?""";

  private final Database database;
  private final RetryStore retries;

  public ReplayStore(Database database) {
    this.database = database;
    this.retries = new RetryStore(database);
  }

  /**
   * Writes down a replay of all dead letters that fit a filter and have failed by now; its steps
   * find them.
   *
   * @param payload a JSON document for all of them, or null to keep each one's own
   * @param rate most jobs a second, or null
   */
  public Replay create(
      String tenant,
      UUID id,
      DeadLetterFilter filter,
      @Nullable String payload,
      @Nullable Integer rate) {
    OffsetDateTime since = filter.since() == null ? null : DeadLetterStore.time(filter.since());
    OffsetDateTime until = filter.until() == null ? null : DeadLetterStore.time(filter.until());
    return database
        .dsl()
        .fetchSingle(
            """
            INSERT INTO replay (id, tenant, filter, payload, rate, state, total, at_time)
            VALUES (?, ?, json_strip_nulls(json_build_object('type', ?::text, 'kind', ?::text,
                      'labels', ?::json, 'since', ?::timestamptz, 'until', ?::timestamptz)),
                    ?::json, ?, 'RUNNING', 0, coalesce(?::timestamptz, to_timestamp(0)))
            RETURNING\s"""
                + COLUMNS,
            id,
            tenant,
            filter.type(),
            filter.kind() == null ? null : filter.kind().name(),
            filter.labels(),
            since,
            until,
            payload,
            rate,
            since)
        .map(ReplayStore::replay);
  }

  /**
   * Writes down a replay of jobs by name.
   *
   * @param ids each once, in any order
   * @param refused those of them that are skipped from the start, and why
   */
  public Replay create(
      String tenant,
      UUID id,
      List<UUID> ids,
      Map<UUID, String> refused,
      @Nullable String payload,
      @Nullable Integer rate) {
    return database
        .dsl()
        .transactionResult(
            tx -> {
              Replay replay =
                  tx.dsl()
                      .fetchSingle(
                          "INSERT INTO replay (id, tenant, filter, payload, rate, state, listing,"
                              + " total, skipped) VALUES (?, ?, json_build_object('ids', ?::int),"
                              + " ?::json, ?, 'RUNNING', false, ?, ?) RETURNING "
                              + COLUMNS,
                          id,
                          tenant,
                          ids.size(),
                          payload,
                          rate,
                          ids.size(),
                          refused.size())
                      .map(ReplayStore::replay);
              tx.dsl()
                  .execute(
                      """
                      INSERT INTO replay_item (replay_id, job_id, state, detail, at)
                      SELECT ?, t.id, CASE WHEN t.detail IS NULL THEN 'PENDING' ELSE 'SKIPPED' END,
                             t.detail, CASE WHEN t.detail IS NOT NULL THEN now() END
                        FROM unnest(?::uuid[], ?::text[]) AS t (id, detail)""",
                      id,
                      ids.toArray(UUID[]::new),
                      ids.stream().map(refused::get).toArray(String[]::new));
              return replay;
            });
  }

  /** A replay by {@code replay_pkey}. */
  public Optional<Replay> find(String tenant, UUID id) {
    return database
        .dsl()
        .fetchOptional("SELECT " + COLUMNS + " FROM replay WHERE id = ? AND tenant = ?", id, tenant)
        .map(ReplayStore::replay);
  }

  /** The latest replays of a tenant, the newest first, by {@code replay_tenant_idx}. */
  public List<Replay> latest(String tenant, int limit) {
    return database
        .dsl()
        .fetch(
            "SELECT " + COLUMNS + " FROM replay WHERE tenant = ? ORDER BY id DESC LIMIT ?",
            tenant,
            limit)
        .map(ReplayStore::replay);
  }

  /**
   * Moves a replay that has not ended to another state, by {@code replay_pkey}; waits for a step
   * under way.
   *
   * @param to RUNNING, PAUSED or CANCELLED
   * @return the replay as it is then, moved or not; empty when the tenant has none of this id
   */
  public Optional<Replay> move(String tenant, UUID id, Replay.State to) {
    database
        .dsl()
        .execute(
            """
            UPDATE replay SET state = ?, next_at = now(),
                   finished_at = CASE WHEN ? = 'CANCELLED' THEN now() END
             WHERE id = ? AND tenant = ? AND state IN ('RUNNING', 'PAUSED') AND state <> ?""",
            to.name(),
            to.name(),
            id,
            tenant,
            to.name());
    return find(tenant, id);
  }

  /** Some items; {@code next} is where to go on, or null at the end. */
  public record Items(List<Replay.Item> items, @Nullable UUID next) {}

  /**
   * Items of a replay in order of job id, by {@code replay_item_pkey}; a page looks at a bounded
   * number of them, so it may be short and still have a next one.
   *
   * @param state only those in this state, null for all
   * @param after a job id to go on after, null for the start
   */
  public Items items(UUID id, Replay.@Nullable ItemState state, @Nullable UUID after, int limit) {
    var rows =
        database
            .dsl()
            .fetch(
                """
                WITH page AS (
                  SELECT job_id, state, detail, at FROM replay_item
                   WHERE replay_id = ? AND job_id > ?::uuid ORDER BY job_id LIMIT ?)
                SELECT fit.job_id, fit.state, fit.detail, fit.at, ending.seen, ending.last
                  FROM (SELECT count(*) AS seen,
                               (array_agg(job_id ORDER BY job_id DESC))[1] AS last
                          FROM page) AS ending
                  LEFT JOIN (SELECT * FROM page WHERE ?::text IS NULL OR page.state = ?
                              ORDER BY job_id LIMIT ?) AS fit ON true
                 ORDER BY fit.job_id""",
                id,
                after == null ? LOWEST : after,
                ITEM_SCAN,
                state == null ? null : state.name(),
                state == null ? null : state.name(),
                limit + 1);
    List<Replay.Item> items = new ArrayList<>();
    UUID last = null;
    for (org.jooq.Record row : rows) {
      last = row.get(4, Long.class) == ITEM_SCAN ? row.get(5, UUID.class) : null;
      if (row.get(0) != null) {
        items.add(item(row));
      }
    }
    if (items.size() > limit) {
      items.removeLast();
      return new Items(items, items.getLast().job());
    }
    return new Items(items, last);
  }

  /**
   * What a step did.
   *
   * @param worked false when no replay was due
   * @param announcement the jobs that became READY and the events, or null
   * @param blocked whether some wait for a place under a limit
   */
  public record Stepped(
      boolean worked,
      int replayed,
      int skipped,
      @Nullable Announcement announcement,
      boolean blocked) {
    static final Stepped NOTHING = new Stepped(false, 0, 0, null, false);
  }

  /** A replay that is due, locked. */
  private record Due(
      UUID id,
      String tenant,
      @Nullable String payload,
      @Nullable Integer rate,
      boolean listing,
      DeadLetterStore.After at,
      DeadLetterFilter filter,
      Instant until) {}

  /**
   * One step of the replay that has waited longest, in one transaction; by {@code
   * replay_running_idx}, {@code dead_letter_tenant_idx}, {@code replay_item_pkey} and {@code
   * job_pkey}. Locks the replay, skipping those another process steps, then its jobs in id order.
   *
   * @param limit most jobs replayed, at least 1
   * @param holdBack true sends them to the backlog instead of announcing them
   */
  public Stepped step(int limit, boolean holdBack, Duration grace) throws SQLException {
    return database.inTransaction(
        connection -> {
          Due due = take(connection);
          if (due == null) {
            return Stepped.NOTHING;
          }
          return due.listing()
              ? list(connection, due)
              : replay(connection, due, limit, holdBack, grace);
        });
  }

  private static @Nullable Due take(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(TAKE);
        ResultSet row = statement.executeQuery()) {
      if (!row.next()) {
        return null;
      }
      String kind = row.getString(10);
      Instant created = row.getTimestamp(8).toInstant().plusNanos(1_000);
      OffsetDateTime until = row.getObject(12, OffsetDateTime.class);
      return new Due(
          row.getObject(1, UUID.class),
          row.getString(2),
          row.getString(3),
          row.getObject(4, Integer.class),
          row.getBoolean(5),
          new DeadLetterStore.After(row.getTimestamp(6).toInstant(), row.getObject(7, UUID.class)),
          new DeadLetterFilter(
              row.getString(9),
              kind == null ? null : ErrorKind.valueOf(kind),
              row.getString(11),
              null,
              null),
          until == null || until.toInstant().isAfter(created) ? created : until.toInstant());
    }
  }

  private Stepped list(Connection connection, Due due) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(LIST)) {
      DeadLetterStore.bind(statement, due.tenant(), due.filter(), due.at(), due.until(), LISTED);
      statement.setObject(9, due.id());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        DeadLetterStore.After last =
            row.getLong("seen") == LISTED ? DeadLetterStore.last(row) : null;
        database
            .on(connection)
            .execute(
                "UPDATE replay SET total = total + ?, listing = ?, at_time = ?::timestamptz,"
                    + " at_id = ?::uuid, next_at = now() WHERE id = ?",
                row.getInt("put"),
                last != null,
                DeadLetterStore.time(last == null ? due.at().failedAt() : last.failedAt()),
                last == null ? LOWEST : last.job(),
                due.id());
        return new Stepped(true, 0, 0, null, false);
      }
    }
  }

  private Stepped replay(
      Connection connection, Due due, int limit, boolean holdBack, Duration grace)
      throws SQLException {
    DSLContext dsl = database.on(connection);
    // At a bounded rate half a second's worth is enough at once.
    int most = due.rate() == null ? limit : Math.min(limit, due.rate() / 2 + 1);
    List<UUID> ids =
        dsl.fetch(
                """
                SELECT job_id FROM replay_item
                 WHERE replay_id = ? AND job_id > ?::uuid AND state = 'PENDING'
                 ORDER BY job_id LIMIT ?""",
                due.id(),
                due.at().job(),
                most)
            .map(row -> row.get(0, UUID.class));
    RetryStore.Sent sent =
        ids.isEmpty()
            ? new RetryStore.Sent(java.util.Set.of(), null, false)
            : retries.retry(
                connection,
                due.tenant(),
                ids,
                due.payload(),
                "replay " + due.id(),
                holdBack,
                grace);
    if (!ids.isEmpty()) {
      dsl.execute(
          SETTLE,
          ids.toArray(UUID[]::new),
          ids.stream()
              .map(id -> sent.jobs().contains(id) ? "REPLAYED" : "SKIPPED")
              .toArray(String[]::new),
          due.tenant(),
          due.id());
    }
    int replayed = sent.jobs().size();
    boolean done = ids.size() < most;
    dsl.execute(
        ADVANCE,
        replayed,
        ids.size() - replayed,
        ids.isEmpty() ? due.at().job() : ids.getLast(),
        replayed,
        done,
        done,
        due.id());
    return new Stepped(true, replayed, ids.size() - replayed, sent.announcement(), sent.blocked());
  }

  /**
   * Forgets replays that ended long ago: some of their items, and those without items. Scans the
   * replays, of which there are few.
   *
   * @param items most items in one transaction, at least 1
   * @return whether there may be more to forget
   */
  public boolean forget(Duration age, int items) {
    int gone =
        database
            .dsl()
            .execute(
                """
                DELETE FROM replay_item i USING (
                  SELECT replay_id, job_id FROM replay_item JOIN replay ON replay.id = replay_id
                   WHERE replay.finished_at < now() - ? * interval '1 millisecond' LIMIT ?) AS old
                 WHERE i.replay_id = old.replay_id AND i.job_id = old.job_id""",
                age.toMillis(),
                items);
    database
        .dsl()
        .execute(
            """
            DELETE FROM replay WHERE finished_at < now() - ? * interval '1 millisecond'
               AND NOT EXISTS (SELECT FROM replay_item WHERE replay_id = replay.id)""",
            age.toMillis());
    return gone == items;
  }

  private static Replay replay(org.jooq.Record row) {
    return new Replay(
        row.get(0, UUID.class),
        Replay.State.valueOf(row.get(1, String.class)),
        row.get(2, String.class),
        row.get(3, String.class),
        row.get(4, Integer.class),
        row.get(5, Boolean.class),
        row.get(6, Integer.class),
        row.get(7, Integer.class),
        row.get(8, Integer.class),
        row.get(9, Instant.class),
        row.get(10, Instant.class));
  }

  private static Replay.Item item(org.jooq.Record row) {
    return new Replay.Item(
        row.get(0, UUID.class),
        Replay.ItemState.valueOf(row.get(1, String.class)),
        row.get(2, String.class),
        row.get(3, Instant.class));
  }
}
