package io.millrace.ops.bench.load;

import io.millrace.ops.bench.result.Series;
import io.millrace.ops.bench.result.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * What a load came to.
 *
 * @param seconds how long requests were sent
 * @param statuses answers by HTTP status
 * @param errors requests without an answer, by sentence
 * @param micros latencies of the answers of status 2xx, also of those that came in the grace
 * @param inSeconds answers of status 2xx in each whole second of the sending
 */
public record LoadResult(
    double seconds,
    Map<Integer, Long> statuses,
    Map<String, Long> errors,
    Histogram micros,
    List<Long> inSeconds) {
  public LoadResult {
    statuses = new TreeMap<>(statuses);
    errors = new TreeMap<>(errors);
    inSeconds = List.copyOf(inSeconds);
  }

  /** Answers of status 2xx per second of the sending; late answers do not count. */
  public double rate() {
    return inSeconds.stream().mapToLong(Long::longValue).sum() / seconds;
  }

  /** Answers of status 2xx, late ones too. */
  public long good() {
    return micros.getTotalCount();
  }

  /** Requests without an answer of status 2xx. */
  public long errorCount() {
    long answered = statuses.values().stream().mapToLong(Long::longValue).sum();
    return answered - good() + errors.values().stream().mapToLong(Long::longValue).sum();
  }

  /** A percentile in milliseconds; 0 without answers. */
  public double millis(double percentile) {
    return micros.getValueAtPercentile(percentile) / 1000.0;
  }

  /** What went wrong, a sentence for each kind. */
  public List<String> faults() {
    List<String> faults = new ArrayList<>();
    statuses.forEach(
        (status, count) -> {
          if (status / 100 != 2) {
            faults.add("%,d requests were answered with HTTP status %d".formatted(count, status));
          }
        });
    errors.forEach((error, count) -> faults.add("%,d requests: %s".formatted(count, error)));
    return faults;
  }

  /** Answers of status 2xx, second by second. */
  public Series series(String name) {
    List<Series.Point> points = new ArrayList<>();
    for (int second = 0; second < inSeconds.size(); second++) {
      points.add(new Series.Point(second + 1.0, inSeconds.get(second)));
    }
    return new Series(name, Unit.PER_SECOND, points);
  }
}
