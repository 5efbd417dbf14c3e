package io.millrace.ops.bench.load;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Batches to submit, one by each connection.
 *
 * @param connections how many at once, 1 to 32: an API process reads no more
 * @param line one submission with its line feed; every line is the same
 * @param allowance how many lines, over all connections
 * @param patience how long the whole may take
 */
public record BulkPlan(int connections, byte[] line, Allowance allowance, Duration patience) {
  private static final int MOST_CONNECTIONS = 32;

  public BulkPlan {
    if (connections < 1 || connections > MOST_CONNECTIONS) {
      throw new IllegalArgumentException(
          "connections is %d, but must be 1 to %d".formatted(connections, MOST_CONNECTIONS));
    }
  }

  /** Of a submission as JSON. */
  public static BulkPlan of(int connections, String json, Allowance allowance, Duration patience) {
    byte[] line = (json + "\n").getBytes(StandardCharsets.UTF_8);
    return new BulkPlan(connections, line, allowance, patience);
  }
}
