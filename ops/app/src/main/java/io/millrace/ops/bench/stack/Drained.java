package io.millrace.ops.bench.stack;

import java.util.List;

/**
 * How a set of jobs was run, by the jobs' own records.
 *
 * @param jobs how many there are
 * @param succeeded how many of them have
 * @param seconds from the first claim to the last recorded outcome
 * @param inSeconds outcomes recorded in each second of that
 */
public record Drained(long jobs, long succeeded, double seconds, List<Long> inSeconds) {
  public Drained {
    inSeconds = List.copyOf(inSeconds);
  }

  /** Jobs per second; 0 when none ran. */
  public double rate() {
    return seconds > 0 ? succeeded / seconds : 0;
  }
}
