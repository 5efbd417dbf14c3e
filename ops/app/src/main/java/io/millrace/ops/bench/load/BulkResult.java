package io.millrace.ops.bench.load;

import java.util.List;

/**
 * What batches came to.
 *
 * @param accepted lines answered with a job's id
 * @param refused lines answered with an error
 * @param seconds from the first line sent to the last answer
 * @param faults what went wrong, in sentences; the first refusal is quoted
 */
public record BulkResult(long accepted, long refused, double seconds, List<String> faults) {
  public BulkResult {
    faults = List.copyOf(faults);
  }

  /** Accepted lines per second. */
  public double rate() {
    return seconds > 0 ? accepted / seconds : 0;
  }
}
