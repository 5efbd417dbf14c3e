package io.millrace.ops.bench.soak;

import io.millrace.ops.report.Figures;
import java.time.Duration;
import java.util.Locale;

/**
 * API and worker at a moment of a soak, together; not the servers beside them.
 *
 * @param at since the load began
 * @param accepted submissions so far
 * @param finished jobs in a final state so far
 * @param heap bytes in use after a collection
 * @param threads live platform threads
 * @param handles open files and sockets; -1 where they cannot be counted
 * @param connections of clients to the database
 */
record Reading(
    Duration at,
    long accepted,
    long finished,
    long heap,
    long threads,
    long handles,
    long connections) {
  private static final double MEGABYTE = 1e6;
  private static final String ROW = "%10s %13s %13s %9s %8s %8s %12s";

  static String header() {
    return row("AT", "ACCEPTED", "FINISHED", "HEAP MB", "THREADS", "FILES", "CONNECTIONS");
  }

  String line() {
    return row(
        clock(at),
        Figures.count(accepted),
        Figures.count(finished),
        megabytes(heap),
        Figures.count(threads),
        handles < 0 ? "?" : Figures.count(handles),
        Figures.count(connections));
  }

  /** {@code 0:12:00}. */
  static String clock(Duration at) {
    return String.format(
        Locale.ROOT, "%d:%02d:%02d", at.toHours(), at.toMinutesPart(), at.toSecondsPart());
  }

  /** {@code 61.2}. */
  static String megabytes(double bytes) {
    return String.format(Locale.ROOT, "%,.1f", bytes / MEGABYTE);
  }

  private static String row(Object... cells) {
    return String.format(Locale.ROOT, ROW, cells);
  }
}
