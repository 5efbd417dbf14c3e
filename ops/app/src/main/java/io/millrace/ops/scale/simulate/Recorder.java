package io.millrace.ops.scale.simulate;

import io.millrace.ops.bench.result.Series.Point;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Keeps what a score is made of. */
final class Recorder {
  private static final int MOST_POINTS = 600;
  private static final double HOUR_SECONDS = 3_600;

  private final List<int[]> seconds = new ArrayList<>();
  private int desired;
  private int direction;
  private int changes;
  private int turns;
  private int interrupted;

  Recorder(int workers) {
    this.desired = workers;
  }

  void interrupted(int jobs) {
    interrupted += jobs;
  }

  void decided(int workers) {
    int way = Integer.compare(workers, desired);
    if (way != 0) {
      changes++;
      turns += direction != 0 && way != direction ? 1 : 0;
      direction = way;
      desired = workers;
    }
  }

  void second(long now, int workers, int backlog) {
    seconds.add(new int[] {(int) (now / 1000), workers, backlog});
  }

  Score score(Trace trace, String policy, Plant plant, long[] claimed) {
    double[] waits = new double[claimed.length];
    int late = 0;
    for (int job = 0; job < claimed.length; job++) {
      long wait =
          claimed[job] < 0 ? Integer.MAX_VALUE : claimed[job] - trace.arrivalMillis()[job];
      waits[job] = wait / 1000.0;
      late += wait > plant.targetMillis() ? 1 : 0;
    }
    Arrays.sort(waits);
    long workerSeconds = seconds.stream().mapToLong(second -> second[1]).sum();
    return new Score(
        trace.name(),
        policy,
        claimed.length,
        late,
        percentile(waits, 0.5),
        percentile(waits, 0.99),
        seconds.stream().mapToInt(second -> second[2]).max().orElse(0),
        workerSeconds / HOUR_SECONDS,
        trace.work() / plant.slots() / HOUR_SECONDS,
        changes,
        turns,
        interrupted,
        points(1),
        points(2));
  }

  private static double percentile(double[] sorted, double share) {
    return sorted.length == 0 ? 0 : sorted[(int) Math.ceil(share * sorted.length) - 1];
  }

  /** Evenly many seconds a point, each with their highest value. */
  private List<Point> points(int column) {
    int each = Math.max(1, Math.ceilDiv(seconds.size(), MOST_POINTS));
    List<Point> points = new ArrayList<>();
    for (int from = 0; from < seconds.size(); from += each) {
      int most = 0;
      for (int i = from; i < Math.min(from + each, seconds.size()); i++) {
        most = Math.max(most, seconds.get(i)[column]);
      }
      points.add(new Point(seconds.get(from)[0], most));
    }
    return points;
  }
}
