package io.millrace.workflow.profile;

import io.millrace.workflow.run.RunMove;
import io.millrace.workflow.run.RunPhase;
import java.util.ArrayList;
import java.util.List;

/**
 * Time in which nothing of a run went on: it was paused, had stopped, waited for its turn, or none.
 */
final class Gaps {
  private record Interval(long from, long to, Part part) {}

  private final List<Interval> intervals = new ArrayList<>();

  /** Those of a log whose times do not go back. */
  Gaps(List<LoggedMove> log, long end) {
    long paused = -1;
    long idle = -1;
    Part why = Part.STOPPED;
    for (LoggedMove logged : log) {
      switch (logged.move()) {
        case RunMove.Paused() -> paused = logged.at();
        case RunMove.Resumed() -> paused = closed(paused, logged.at(), Part.PAUSED);
        case RunMove.Entered entered -> {
          idle = closed(idle, logged.at(), why);
          if (entered.phase().isFinal()) {
            paused = closed(paused, logged.at(), Part.PAUSED);
          }
          if (entered.phase().isFinal() || entered.phase() == RunPhase.NEW) {
            idle = logged.at();
            why = entered.phase() == RunPhase.NEW ? Part.QUEUE : Part.STOPPED;
          }
        }
        case RunMove.Moved moved -> {}
      }
    }
    closed(paused, end, Part.PAUSED);
    closed(idle, end, why);
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
