package io.millrace.api.query;

import io.millrace.model.JobState;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** The readings of one pool, condensed. One thread at a time. */
final class PoolTrend {
  /** 300 readings of two seconds, then one of thirty seconds each: about a day. */
  private static final int FINE = 300;

  private static final int COARSE = 2_880;
  private static final long COARSE_NANOS = 30_000_000_000L;
  private static final double LEAST_RATE = 0.001;

  private final Average arrivals = new Average();
  private final Average completions = new Average();
  private final Average running = new Average();
  private final Deque<Mark> fine = new ArrayDeque<>();
  private final Deque<Mark> coarse = new ArrayDeque<>();
  private Totals totals = Totals.NONE;
  private long nanos = -1;
  private long arrived;

  /** Jobs of a pool: those that wait, those that run, and those that have ended and are kept. */
  record Totals(long ready, long running, long ended) {
    static final Totals NONE = new Totals(0, 0, 0);

    static Totals of(JobState state, long jobs) {
      return switch (state) {
        case READY -> new Totals(jobs, 0, 0);
        case RUNNING -> new Totals(0, jobs, 0);
        case SUCCEEDED, FAILED, CANCELLED, SKIPPED -> new Totals(0, 0, jobs);
        case BLOCKED, SCHEDULED, WAITING -> NONE;
      };
    }

    Totals plus(Totals other) {
      return new Totals(ready + other.ready, running + other.running, ended + other.ended);
    }
  }

  /** How many had arrived by a time. */
  private record Mark(long nanos, long arrived) {}

  void add(long now, Totals next) {
    if (nanos >= 0 && now > nanos) {
      double seconds = (now - nanos) / 1e9;
      // Retention takes ended jobs away; that is no move of the queue.
      long ended = Math.max(0, next.ended() - totals.ended());
      long came =
          Math.max(0, next.ready() - totals.ready() + next.running() - totals.running() + ended);
      arrived += came;
      arrivals.add(came / seconds, seconds);
      completions.add(ended / seconds, seconds);
      running.add((next.running() + totals.running()) / 2.0, seconds);
    } else if (nanos < 0) {
      arrived = next.ready();
    }
    totals = next;
    nanos = now;
    mark(new Mark(now, arrived));
  }

  private void mark(Mark mark) {
    fine.addLast(mark);
    if (fine.size() > FINE) {
      Mark oldest = fine.removeFirst();
      if (coarse.isEmpty() || oldest.nanos() - coarse.getLast().nanos() >= COARSE_NANOS) {
        coarse.addLast(oldest);
        if (coarse.size() > COARSE) {
          coarse.removeFirst();
        }
      }
    }
  }

  Trend now() {
    double rate = completions.minute();
    OptionalDouble run =
        rate > LEAST_RATE
            ? OptionalDouble.of(running.minute() / rate)
            : OptionalDouble.empty();
    Mark next = totals.ready() == 0 ? null : arrivalOf(arrived - totals.ready() + 1);
    return new Trend(
        arrivals.rates(),
        completions.rates(),
        totals.ready() == 0 ? 0 : (nanos - (next == null ? first() : next).nanos()) / 1e9,
        totals.ready() == 0 || next != null,
        run);
  }

  /** The first reading by which so many had arrived; null when it was the first of all. */
  private @Nullable Mark arrivalOf(long number) {
    Mark found = null;
    for (var marks = fine.descendingIterator(); marks.hasNext(); ) {
      Mark mark = marks.next();
      if (mark.arrived() < number) {
        return found;
      }
      found = mark;
    }
    for (var marks = coarse.descendingIterator(); marks.hasNext(); ) {
      Mark mark = marks.next();
      if (mark.arrived() < number) {
        return found;
      }
      found = mark;
    }
    return null;
  }

  private Mark first() {
    return coarse.isEmpty() ? fine.getFirst() : coarse.getFirst();
  }

  /** Averages with time constants of 10 s, 1 min and 10 min, for readings at uneven times. */
  private static final class Average {
    private static final double[] CONSTANTS = {10, 60, 600};

    private final double[] values = new double[CONSTANTS.length];
    private double watched;

    /** While it has watched for less than its constant, an average is a plain mean. */
    void add(double value, double seconds) {
      watched += seconds;
      for (int i = 0; i < values.length; i++) {
        double weight = Math.max(1 - Math.exp(-seconds / CONSTANTS[i]), seconds / watched);
        values[i] += Math.min(1, weight) * (value - values[i]);
      }
    }

    double minute() {
      return values[1];
    }

    Trend.Rates rates() {
      return new Trend.Rates(values[0], values[1], values[2]);
    }
  }
}
