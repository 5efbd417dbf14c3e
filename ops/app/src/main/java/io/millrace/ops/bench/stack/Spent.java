package io.millrace.ops.bench.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an installation has spent so far, by the ledger's names: transactions and the log of
 * PostgreSQL, requests of Kafka, CPU time and allocated bytes of the hosts. PostgreSQL's own CPU
 * time is not in it, and its figures come up to a second late.
 */
public record Spent(Map<String, Long> values) {
  private static final double THOUSAND = 1000;

  public Spent {
    values = new TreeMap<>(values);
  }

  /** Reads it now. */
  public static Spent by(Stack stack) throws IOException, SQLException {
    Map<String, Long> values = new TreeMap<>(stack.probe().spent());
    for (HostProcess host : stack.hosts()) {
      host.stats().values().forEach((name, value) -> values.merge(name, value, Long::sum));
    }
    return new Spent(values);
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
