package io.millrace.workflow.profile;

import io.millrace.workflow.run.RunMove;
import java.util.ArrayList;
import java.util.List;

/** Time in which nothing of a run went on: whether it was paused, had stopped, or neither. */
final class Gaps {
  private record Interval(long from, long to, Part part) {}

  private final List<Interval> intervals = new ArrayList<>();

  /** Those of a log whose times do not go back. */
  Gaps(List<LoggedMove> log, long end) {
    long paused = -1;
    long stopped = -1;
    for (LoggedMove logged : log) {
      switch (logged.move()) {
        case RunMove.Paused() -> paused = logged.at();
        case RunMove.Resumed() -> paused = closed(paused, logged.at(), Part.PAUSED);
        case RunMove.Entered entered -> {
          stopped = closed(stopped, logged.at(), Part.STOPPED);
          if (entered.phase().isFinal()) {
            paused = closed(paused, logged.at(), Part.PAUSED);
            stopped = logged.at();
          }
        }
        case RunMove.Moved moved -> {}
      }
    }
    closed(paused, end, Part.PAUSED);
  }

  private long closed(long from, long to, Part part) {
    if (from >= 0 && to > from) {
      intervals.add(new Interval(from, to, part));
    }
    return -1;
  }

  /** What the time between two moments was spent on. */
  Parts within(long from, long to) {
    Parts parts = new Parts();
    long known = 0;
    for (Interval interval : intervals) {
      long spent = Math.min(to, interval.to) - Math.max(from, interval.from);
      if (spent > 0) {
        parts.add(interval.part, spent);
        known += spent;
      }
    }
    parts.add(Part.BETWEEN, Math.max(0, to - from - known));
    return parts;
  }
}
