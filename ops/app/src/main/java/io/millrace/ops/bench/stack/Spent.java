package io.millrace.ops.bench.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * What an installation has spent so far, by the ledger's names: transactions and the log of
 * PostgreSQL, requests of Kafka, CPU time and allocated bytes of the hosts. PostgreSQL's own CPU
 * time is not in it.
 *
 * <p>A connection of PostgreSQL reports transactions and forced logs once a second while it works,
 * 10 s after it fell idle (PGSTAT_IDLE_INTERVAL of its source), and when it ends.
 */
public record Spent(Map<String, Long> values) {
  private static final double THOUSAND = 1000;
  private static final long IDLE_REPORTS_MILLIS = 10_500;

  public Spent {
    values = new TreeMap<>(values);
  }

  /** Reads it now: up to a second late for connections that work. */
  public static Spent by(Stack stack) throws IOException, SQLException {
    return new Spent(ofHosts(stack)).and(stack);
  }

  /** Reads it when all connections have reported what they did before: after 10.5 s. */
  public static Spent settled(Stack stack) throws IOException, SQLException, InterruptedException {
    TimeUnit.MILLISECONDS.sleep(IDLE_REPORTS_MILLIS);
    return by(stack);
  }

  /** Reads the hosts now; ends the worker, whose connections report as they end; reads the rest. */
  public static Spent atEndOfWorker(Stack stack) throws IOException, SQLException {
    Spent hosts = new Spent(ofHosts(stack));
    stack.worker().stopWorker();
    return hosts.and(stack);
  }

  private static Map<String, Long> ofHosts(Stack stack) throws IOException {
    Map<String, Long> values = new TreeMap<>();
    for (HostProcess host : stack.hosts()) {
      host.stats().values().forEach((name, value) -> values.merge(name, value, Long::sum));
    }
    return values;
  }

  private Spent and(Stack stack) throws SQLException {
    Map<String, Long> all = new TreeMap<>(values);
    all.putAll(stack.probe().spent());
    return new Spent(all);
  }

  /** The same for callers that cannot throw checked exceptions. */
  public static Spent now(Stack stack) {
    try {
      return by(stack);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SQLException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }

  /** What 1,000 jobs cost since an earlier reading, when it was for so many; at least 1. */
  public Map<String, Double> perThousand(Spent before, long jobs) {
    Map<String, Double> costs = new TreeMap<>();
    values.forEach(
        (name, value) ->
            costs.put(name, (value - before.values.getOrDefault(name, 0L)) * THOUSAND / jobs));
    return costs;
  }
}
