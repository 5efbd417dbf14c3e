package io.millrace.ops.bench.stack;

import io.millrace.model.JobState;
import io.millrace.store.Database;
import io.millrace.store.QueueStore;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What a case reads from the database of a running installation. While something is measured only
 * the queue counters are read; what reads the jobs themselves is for afterwards. One thread.
 */
public final class Probe implements AutoCloseable {
  private static final String TRANSACTIONS =
      "SELECT xact_commit + xact_rollback FROM pg_stat_database"
          + " WHERE datname = current_database()";

  /** From the position of the log, which is never late as the statistics are. */
  private static final String LOG_BYTES =
      "SELECT (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint";

  /** The log as the server writes it; its columns stand in pg_stat_wal before version 18. */
  private static final String LOG_SYNCS =
      "SELECT coalesce(sum(fsyncs), 0)::bigint FROM pg_stat_io WHERE object = 'wal'";

  private static final String DRAINED =
      """
      SELECT count(*), count(*) FILTER (WHERE state = 'SUCCEEDED'),
             coalesce(extract(epoch FROM max(finished_at) - min(started_at)), 0)::float8
        FROM job WHERE id > ?""";

  private static final String IN_SECONDS =
      """
      SELECT floor(extract(epoch FROM finished_at - first.at))::int AS second, count(*)
        FROM job CROSS JOIN (SELECT min(started_at) AS at FROM job WHERE id > ?) AS first
       WHERE id > ? AND finished_at IS NOT NULL GROUP BY second ORDER BY second""";

  private static final String TIMES =
      """
      SELECT id, (extract(epoch FROM created_at) * 1000000)::bigint,
             (extract(epoch FROM started_at) * 1000000)::bigint,
             (extract(epoch FROM finished_at) * 1000000)::bigint
        FROM job WHERE id > ? AND finished_at IS NOT NULL""";

  private static final String STARTED = "SELECT count(*) FROM job WHERE id > ? AND attempt > 0";

  private static final String STEPS =
      """
      SELECT run, run_node, (extract(epoch FROM finished_at) * 1000000)::bigint
        FROM job WHERE id > ? AND run IS NOT NULL AND finished_at IS NOT NULL""";

  private static final String RUNS_SUCCEEDED = "SELECT count(*) FROM run WHERE state = 'SUCCEEDED'";

  private static final String STATES =
      "SELECT state::text, count(*) FROM job WHERE id > ? GROUP BY state";

  private static final String CONNECTIONS =
      "SELECT count(*) FROM pg_stat_activity"
          + " WHERE datname = current_database() AND backend_type = 'client backend'";

  private static final String IDS = "SELECT id FROM job WHERE state = ?::job_state LIMIT ?";

  private static final String LATEST = "SELECT id FROM job ORDER BY id DESC LIMIT 1";

  private static final String OLDEST = "SELECT id FROM job ORDER BY id OFFSET ? LIMIT 1";

  private static final UUID BELOW_ALL = new UUID(0, 0);

  private final Database database;
  private final QueueStore queues;
  private final Connection connection;

  private Probe(Database database, Connection connection) {
    this.database = database;
    this.queues = new QueueStore(database);
    this.connection = connection;
  }

  /** Opens it on the connections that an installation has saved. */
  static Probe open(Map<String, Object> connections) throws HostFailedException {
    String url = String.valueOf(connections.get("millrace.database.url"));
    String username = String.valueOf(connections.get("millrace.database.username"));
    String password = String.valueOf(connections.get("millrace.database.password"));
    LibraryLog.mute();
    try {
      return new Probe(
          Database.open(url, username, password, 2, Duration.ofSeconds(10)),
          DriverManager.getConnection(url, username, password));
    } catch (SQLException e) {
      throw new HostFailedException("the database of the bench does not answer: " + e.getMessage());
    }
  }

  /** The database, to write to it as Millrace does. */
  public Database database() {
    return database;
  }

  /** Jobs of a pool in a state, from the counters. */
  public long count(String pool, JobState state) {
    return queues.counts(pool).getOrDefault(state, 0L);
  }

  /** Jobs of a pool by state, from the counters; states without jobs are absent. */
  public Map<JobState, Long> counts(String pool) {
    return queues.counts(pool);
  }

  /** Connections of clients to the database, those of this probe among them. */
  public int connections() throws SQLException {
    return (int) number(CONNECTIONS);
  }

  /** The jobs after a mark by state; reads the jobs. */
  public Map<JobState, Long> states(UUID mark) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(STATES)) {
      statement.setObject(1, mark);
      Map<JobState, Long> states = new EnumMap<>(JobState.class);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          states.put(JobState.valueOf(rows.getString(1)), rows.getLong(2));
        }
      }
      return states;
    }
  }

  /** How many jobs after a mark were started; reads the jobs. */
  public long started(UUID mark) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(STARTED)) {
      statement.setObject(1, mark);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  /** The latest job's id, or one below all: a mark between the jobs so far and those to come. */
  public UUID mark() throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(LATEST);
        ResultSet rows = statement.executeQuery()) {
      return rows.next() ? rows.getObject(1, UUID.class) : BELOW_ALL;
    }
  }

  /** The id that so many jobs are older than. */
  public UUID oldest(long skipped) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(OLDEST)) {
      statement.setLong(1, skipped);
      try (ResultSet rows = statement.executeQuery()) {
        if (!rows.next()) {
          throw new IllegalStateException("there are not more than " + skipped + " jobs");
        }
        return rows.getObject(1, UUID.class);
      }
    }
  }

  /** Ids of jobs in a state, any of them; reads the jobs. */
  public List<UUID> ids(JobState state, int most) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(IDS)) {
      statement.setString(1, state.name());
      statement.setInt(2, most);
      List<UUID> ids = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          ids.add(rows.getObject(1, UUID.class));
        }
      }
      return ids;
    }
  }

  /** How the jobs after a mark were run; reads the jobs. */
  public Drained drained(UUID mark) throws SQLException {
    List<Long> inSeconds = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(IN_SECONDS)) {
      statement.setObject(1, mark);
      statement.setObject(2, mark);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          while (inSeconds.size() < rows.getInt(1)) {
            inSeconds.add(0L);
          }
          inSeconds.add(rows.getLong(2));
        }
      }
    }
    try (PreparedStatement statement = connection.prepareStatement(DRAINED)) {
      statement.setObject(1, mark);
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        return new Drained(rows.getLong(1), rows.getLong(2), rows.getDouble(3), inSeconds);
      }
    }
  }

  /** When each finished job after a mark got where; reads the jobs. */
  public List<JobTimes> times(UUID mark) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(TIMES)) {
      statement.setObject(1, mark);
      List<JobTimes> times = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          times.add(
              new JobTimes(
                  rows.getObject(1, UUID.class),
                  rows.getLong(2),
                  rows.getLong(3),
                  rows.getLong(4)));
        }
      }
      return times;
    }
  }

  /** When each finished task of a run after a mark ended; reads the jobs. */
  public List<TaskTime> tasks(UUID mark) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(STEPS)) {
      statement.setObject(1, mark);
      List<TaskTime> times = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          times.add(new TaskTime(rows.getObject(1, UUID.class), rows.getInt(2), rows.getLong(3)));
        }
      }
      return times;
    }
  }

  /** Runs that have succeeded since the start; reads the runs. */
  public long runsSucceeded() throws SQLException {
    return number(RUNS_SUCCEEDED);
  }

  /** What the database has spent so far, by the ledger's names. */
  Map<String, Long> spent() throws SQLException {
    Map<String, Long> spent = new LinkedHashMap<>();
    spent.put("transactions", number(TRANSACTIONS));
    spent.put("wal-bytes", number(LOG_BYTES));
    spent.put("wal-fsyncs", number(LOG_SYNCS));
    return spent;
  }

  private long number(String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet rows = statement.executeQuery()) {
      rows.next();
      return rows.getLong(1);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // The server may have gone first.
    }
    database.close();
  }
}
