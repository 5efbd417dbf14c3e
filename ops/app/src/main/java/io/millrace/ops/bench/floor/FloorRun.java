package io.millrace.ops.bench.floor;

import io.millrace.runtime.Ids;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import javax.sql.DataSource;

/** One repetition: all rows are inserted, then all claimed, then all completed. */
final class FloorRun {
  /**
   * Rows of a statement. Larger ones gained nothing when measured; smaller ones pay a commit for
   * fewer rows.
   */
  static final int BATCH = 500;

  /** Two cores are no busier with more, and one connection leaves the disk idle. */
  static final int CONNECTIONS = 2;

  private final DataSource pool;

  FloorRun(DataSource pool) {
    this.pool = pool;
  }

  /** How long each step took for all rows, in seconds. */
  record Times(double insert, double claim, double complete) {}

  /**
   * Leaves the rows in the table.
   *
   * @param rows a positive multiple of {@link #BATCH} times {@link #CONNECTIONS}
   */
  Times over(int rows) throws Exception {
    if (rows <= 0 || rows % (BATCH * CONNECTIONS) != 0) {
      throw new IllegalArgumentException(
          "rows = %d, but must be a multiple of %d".formatted(rows, BATCH * CONNECTIONS));
    }
    Ids ids = new Ids();
    List<UUID> all = Stream.generate(ids::next).limit(rows).toList();
    return new Times(
        seconds(all, FloorTable::insert),
        seconds(all, FloorTable::claim),
        seconds(all, FloorTable::complete));
  }

  void empty() throws SQLException {
    try (Connection connection = pool.getConnection()) {
      FloorTable.empty(connection);
    }
  }

  private double seconds(List<UUID> ids, FloorTable.Step step) throws Exception {
    long began = System.nanoTime();
    int share = ids.size() / CONNECTIONS;
    try (ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS)) {
      List<Future<?>> shares = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS; i++) {
        List<UUID> mine = ids.subList(i * share, (i + 1) * share);
        shares.add(
            threads.submit(
                () -> {
                  inBatches(mine, step);
                  return null;
                }));
      }
      for (Future<?> done : shares) {
        done.get();
      }
    }
    return (System.nanoTime() - began) / 1e9;
  }

  private void inBatches(List<UUID> ids, FloorTable.Step step) throws SQLException {
    try (Connection connection = pool.getConnection()) {
      for (int from = 0; from < ids.size(); from += BATCH) {
        step.apply(connection, ids.subList(from, from + BATCH));
      }
    }
  }
}
