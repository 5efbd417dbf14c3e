package io.millrace.ops.bench.load;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.LongStream;
import org.HdrHistogram.Histogram;

/** Counts what a load comes to, on the event loop thread. */
final class Tally {
  private static final long MOST_MICROS = Duration.ofHours(1).toMillis() * 1000;
  private static final int DIGITS = 3;
  private static final long SECOND_NANOS = 1_000_000_000L;

  private final Histogram micros = new Histogram(1, MOST_MICROS, DIGITS);
  private final long[] statuses = new long[1000];
  private final Map<String, Long> errors = new HashMap<>();
  private final long[] inSeconds;
  private final Duration length;

  Tally(Duration length) {
    this.length = length;
    this.inSeconds = new long[(int) Math.ceilDiv(length.toMillis(), 1000)];
  }

  /** An answer, so many nanoseconds after the load began. */
  void answered(int status, long latencyNanos, long atNanos) {
    statuses[Math.clamp(status, 0, statuses.length - 1)]++;
    if (status / 100 != 2) {
      return;
    }
    micros.recordValue(Math.clamp(latencyNanos / 1000, 1, MOST_MICROS));
    if (atNanos >= 0 && atNanos < length.toNanos()) {
      inSeconds[(int) (atNanos / SECOND_NANOS)]++;
    }
  }

  void failed(String sentence) {
    failed(sentence, 1);
  }

  void failed(String sentence, long count) {
    if (count > 0) {
      errors.merge(sentence, count, Long::sum);
    }
  }

  LoadResult result() {
    Map<Integer, Long> counted = new HashMap<>();
    for (int status = 0; status < statuses.length; status++) {
      if (statuses[status] > 0) {
        counted.put(status, statuses[status]);
      }
    }
    return new LoadResult(
        length.toMillis() / 1000.0,
        counted,
        errors,
        micros.copy(),
        LongStream.of(Arrays.copyOf(inSeconds, inSeconds.length)).boxed().toList());
  }
}
