package io.millrace.store;

import io.millrace.store.RunLogStore.Line;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells listeners what has moved in runs. A piece of news is deleted in the transaction in which
 * the listener is told, and what the listener writes by it is committed with that or not at all.
 */
public final class RunNewsStore {
  private static final Logger log = LoggerFactory.getLogger(RunNewsStore.class);

  /** Only one process tells a listener at a time, so that news of a run come in order. */
  private static final String HOLD =
      "SELECT name FROM run_listener WHERE name = ? FOR UPDATE SKIP LOCKED";

  private static final String REGISTER =
      """
      INSERT INTO run_listener (name) SELECT * FROM unnest(?::text[])
      ON CONFLICT (name) DO UPDATE SET seen_at = now()""";

  /** What comes after a failure of the same run waits for it. */
  private static final String TAKE =
      """
      SELECT n.id, n.run, coalesce(r.tenant, ''), coalesce(r.workflow, ''),
             coalesce(r.version, ''), n.line, n.tries
        FROM run_news AS n
        LEFT JOIN LATERAL (
             SELECT tenant, workflow, version FROM run WHERE run.id = n.run OFFSET 0) AS r ON true
       WHERE n.listener = ? AND n.due_at <= now()
         AND NOT EXISTS (SELECT FROM run_news AS e
                          WHERE e.run = n.run AND e.listener = n.listener AND e.id < n.id
                            AND e.due_at > now())
       ORDER BY n.id LIMIT ?""";

  private static final String TOLD = "DELETE FROM run_news WHERE id = ?";

  private static final String LATER =
      """
      UPDATE run_news SET tries = tries + 1,
                          due_at = now() + least(300, 2 ^ least(tries, 20)) * interval '1 second'
       WHERE id = ?""";

  private static final String FORGET =
      """
      WITH gone AS (
        DELETE FROM run_listener WHERE seen_at < now() - ? * interval '1 millisecond'
        RETURNING name)
      DELETE FROM run_news WHERE listener IN (SELECT name FROM gone)""";

  private final Database database;

  public RunNewsStore(Database database) {
    this.database = database;
  }

  /**
   * Moves of a run that were made in one transaction.
   *
   * @param tenant empty, like workflow and version, when the run itself is gone
   */
  public record News(
      long id, UUID run, String tenant, String workflow, String version, Line line, int tries) {}

  /** Statements that are committed together with the news being told. */
  @FunctionalInterface
  public interface Effects {
    /**
     * Runs a statement that changes something.
     *
     * @param values for its parameters, in order
     * @return how many rows it changed
     */
    int update(String sql, @Nullable Object... values) throws SQLException;
  }

  /** Tells a listener. */
  @FunctionalInterface
  public interface Teller {
    /**
     * Tells one piece of news.
     *
     * @throws Exception it was not taken: all its effects are undone, and it is told again later
     */
    void tell(News news, Effects effects) throws Exception;
  }

  /**
   * What came of it.
   *
   * @param told pieces of news that were taken
   * @param failed those that were not, to be told again
   * @param more whether others wait
   */
  public record Delivered(int told, int failed, boolean more) {}

  /** Has listeners told of what moves from the commit of this on; again, that they are there. */
  public void register(Collection<String> names) throws SQLException {
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(REGISTER)) {
      statement.setArray(1, Arrays.texts(connection, List.copyOf(names), name -> name));
      statement.executeUpdate();
    }
  }

  /**
   * Tells a listener what waits for it, in one transaction, the earliest first; of a run of which
   * it did not take something, nothing more. Nothing when another process is at it. By {@code
   * run_news_listener_idx}.
   *
   * @param limit most pieces of news, at least 1
   */
  public Delivered deliver(String listener, int limit, Teller teller) throws SQLException {
    return database.inTransaction(
        connection -> {
          if (!hold(connection, listener)) {
            return new Delivered(0, 0, false);
          }
          List<News> waiting = take(connection, listener, limit);
          Set<UUID> stuck = new HashSet<>();
          int told = 0;
          for (News news : waiting) {
            if (!stuck.contains(news.run())) {
              if (tell(connection, listener, news, teller)) {
                told++;
              } else {
                stuck.add(news.run());
              }
            }
          }
          return new Delivered(told, stuck.size(), waiting.size() == limit);
        });
  }

  /** Deletes listeners that no process has had for so long, and what waits for them. */
  public void forget(Duration unseen) throws SQLException {
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(FORGET)) {
      statement.setLong(1, unseen.toMillis());
      statement.executeUpdate();
    }
  }

  private static boolean tell(Connection connection, String listener, News news, Teller teller)
      throws SQLException {
    Savepoint before = connection.setSavepoint();
    try {
      one(connection, TOLD, news.id());
      teller.tell(news, (sql, values) -> update(connection, sql, values));
      connection.releaseSavepoint(before);
      return true;
    } catch (Throwable e) {
      // Whatever it is: what the listener has begun must not be committed.
      log.warn(
          "a listener has not taken what it was told listener={} run={} event={} tries={}",
          listener,
          news.run(),
          news.line().n(),
          news.tries() + 1,
          e);
      connection.rollback(before);
      one(connection, LATER, news.id());
      return false;
    }
  }

  private static int update(Connection connection, String sql, @Nullable Object... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      return statement.executeUpdate();
    }
  }

  private static boolean hold(Connection connection, String listener) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(HOLD)) {
      statement.setString(1, listener);
      try (ResultSet row = statement.executeQuery()) {
        return row.next();
      }
    }
  }

  private static void one(Connection connection, String sql, long id) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, id);
      statement.executeUpdate();
    }
  }

  private static List<News> take(Connection connection, String listener, int limit)
      throws SQLException {
    List<News> waiting = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(TAKE)) {
      statement.setString(1, listener);
      statement.setInt(2, limit);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          waiting.add(
              new News(
                  rows.getLong(1),
                  rows.getObject(2, UUID.class),
                  rows.getString(3),
                  rows.getString(4),
                  rows.getString(5),
                  Line.of(rows.getString(6)),
                  rows.getInt(7)));
        }
      }
    }
    return waiting;
  }
}
