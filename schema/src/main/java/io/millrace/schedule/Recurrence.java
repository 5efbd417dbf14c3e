package io.millrace.schedule;

import io.millrace.model.Timing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The instants of a schedule, which are the same whenever they are asked for, at least a second
 * apart.
 */
public sealed interface Recurrence permits CronTimes, Interval {
  /** The first instant after another; empty when none follows. */
  Optional<Instant> next(Instant after);

  /**
   * The instants of a timing.
   *
   * @param created when the schedule was, for intervals
   * @throws IllegalArgumentException when it is none: see {@link CronTimes#of}
   */
  static Recurrence of(Timing timing, Instant created) {
    return switch (timing) {
      case Timing.Cron(String expression, String zone) -> CronTimes.of(expression, zone);
      case Timing.Every(long millis) -> new Interval(created, millis);
    };
  }

  /** The instants after one, at most so many. */
  default List<Instant> following(Instant after, int most) {
    List<Instant> found = new ArrayList<>();
    Optional<Instant> next = next(after);
    while (next.isPresent() && found.size() < most) {
      found.add(next.get());
      next = next(next.get());
    }
    return found;
  }

  /**
   * The last instants of a stretch, at most so many, in their order. Found by halving the stretch,
   * so the work is bounded however many instants it has.
   *
   * @param from inclusive
   * @param until exclusive
   */
  default List<Instant> last(Instant from, Instant until, int most) {
    // Instants are a second apart: this many seconds hold no more than asked for.
    long tooShort = 0;
    long window = most;
    long all = until.getEpochSecond() - from.getEpochSecond() + 1;
    long tooLong = Long.MAX_VALUE;
    while (true) {
      boolean whole = window >= all;
      Instant start = whole ? from : until.minusSeconds(window);
      List<Instant> found = within(start, until, 2 * most + 1);
      if (found.size() > 2 * most) {
        tooLong = window;
      } else if (found.size() >= most || whole) {
        return found.subList(Math.max(0, found.size() - most), found.size());
      } else {
        tooShort = window;
      }
      window = tooLong == Long.MAX_VALUE ? window * 4 : (tooShort + tooLong) / 2;
    }
  }

  private List<Instant> within(Instant from, Instant until, int most) {
    List<Instant> found = new ArrayList<>();
    Optional<Instant> next = next(from.minusMillis(1));
    while (next.isPresent() && next.get().isBefore(until) && found.size() < most) {
      found.add(next.get());
      next = next(next.get());
    }
    return found;
  }
}
