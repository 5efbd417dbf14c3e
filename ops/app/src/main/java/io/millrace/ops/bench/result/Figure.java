package io.millrace.ops.bench.result;

/**
 * One measured number.
 *
 * @param id names it within its case, equal for all systems: {@code jobs-per-second}, {@code
 *     p99@64}; lower case, digits, {@code - @ .}
 * @param label what a person reads
 * @param unit what it counts
 * @param value finite; the median when it was measured more than once
 */
public record Figure(String id, String label, Unit unit, double value) {
  public Figure {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("figure " + id + " is " + value + ", but must be finite");
    }
  }
}
