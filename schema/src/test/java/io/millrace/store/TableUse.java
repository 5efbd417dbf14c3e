package io.millrace.store;

import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.jooq.Record;

/** What statements touch of the tables kept per job, as PostgreSQL counts it. */
final class TableUse {
  private static final String COUNTS =
      """
      SELECT coalesce(sum(t.seq_scan), 0)::bigint, coalesce(sum(i.read), 0)::bigint,
             coalesce(sum(i.scans) FILTER (WHERE t.relname <> ALL (?)), 0)::bigint,
             coalesce(sum(t.n_tup_upd), 0)::bigint, coalesce(sum(t.n_tup_hot_upd), 0)::bigint,
             coalesce(sum(io.heap_blks_read + io.heap_blks_hit + io.idx_blks_read
                          + io.idx_blks_hit), 0)::bigint
        FROM pg_stat_user_tables t
        JOIN pg_statio_user_tables io USING (relid)
        JOIN pg_inherits h ON h.inhrelid = t.relid
        LEFT JOIN (SELECT relid, sum(idx_tup_read) AS read, sum(idx_scan) AS scans
                     FROM pg_stat_user_indexes GROUP BY relid) AS i ON i.relid = t.relid
       WHERE h.inhparent IN ('job'::regclass, 'job_event'::regclass, 'job_progress'::regclass,
                             'job_child'::regclass, 'run'::regclass, 'run_task'::regclass,
                             'run_value'::regclass)""";

  private final Database database;

  TableUse(Database database) {
    this.database = database;
  }

  /** Differences over one statement; {@code otherPartitions} are index scans of other days'. */
  record Use(
      String statement,
      long seqScans,
      long indexRows,
      long otherPartitions,
      long updates,
      long hotUpdates,
      long buffers) {}

  /** Something that runs statements. */
  interface Running {
    void run() throws SQLException;
  }

  Use of(String statement, Running running) throws SQLException {
    Record before = counts();
    running.run();
    Record after = counts();
    long[] d = new long[6];
    for (int i = 0; i < d.length; i++) {
      d[i] = after.get(i, Long.class) - before.get(i, Long.class);
    }
    return new Use(statement, d[0], d[1], d[2], d[3], d[4], d[5]);
  }

  private Record counts() {
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    String[] own = {
      PartitionStore.name("job", today),
      PartitionStore.name("job_event", today),
      PartitionStore.name("job_progress", today),
      PartitionStore.name("job_child", today),
      PartitionStore.name("run", today),
      PartitionStore.name("run_task", today),
      PartitionStore.name("run_value", today)
    };
    // Backends hand in their counts when they are idle; this one fetches what was handed in.
    database.dsl().execute("SELECT pg_stat_force_next_flush()");
    return database
        .dsl()
        .transactionResult(
            tx -> {
              tx.dsl().execute("SELECT pg_stat_clear_snapshot()");
              return tx.dsl().fetchSingle(COUNTS, (Object) own);
            });
  }

  /** Position in the write-ahead log, in bytes. */
  long wal() {
    return database
        .dsl()
        .fetchSingle("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint")
        .get(0, Long.class);
  }
}
