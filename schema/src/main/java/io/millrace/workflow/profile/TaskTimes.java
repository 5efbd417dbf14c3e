package io.millrace.workflow.profile;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The life of a task: stretches one after the other, each up to the next one's beginning, the last
 * up to the task's end. Times are milliseconds since 1970 by the database's clock.
 *
 * @param end when it ended; for one that has not, when it was looked at
 */
public record TaskTimes(int node, long begin, long end, List<Stretch> stretches) {
  /** From when on it was spent on what. */
  record Stretch(long from, Part part) {}

  /**
   * A job, by the moves of its history, a line each: {@code [number, millis, "STATE", attempt,
   * detail]}. Of a history that was trimmed the time before its first line counts as BETWEEN.
   *
   * @param ended null when it has not
   */
  public static TaskTimes ofJob(
      int node, long created, @Nullable Long ended, String history, long asOf) {
    List<Stretch> stretches = new ArrayList<>();
    long last = created;
    for (String line : history.split("\n", -1)) {
      String[] fields = line.split(", ", 5);
      Part part = fields.length < 4 ? null : part(fields[2], fields[3]);
      if (part != null) {
        last = Math.max(last, Long.parseLong(fields[1]));
        stretches.add(new Stretch(last, part));
      }
    }
    return new TaskTimes(node, created, Math.max(created, ended == null ? asOf : ended), stretches);
  }

  /**
   * A run inside of another.
   *
   * @param started null when it has not
   */
  public static TaskTimes ofRun(
      int node, long created, @Nullable Long started, @Nullable Long ended, long asOf) {
    long end = Math.max(created, ended == null ? asOf : ended);
    return new TaskTimes(
        node,
        created,
        end,
        started == null
            ? List.of(new Stretch(created, Part.QUEUE))
            : List.of(new Stretch(created, Part.QUEUE), new Stretch(started, Part.RUN)));
  }

  /** Null when the line is no move that begins a stretch. */
  private static @Nullable Part part(String state, String attempt) {
    return switch (state) {
      case "\"READY\"", "\"BLOCKED\"" -> Part.QUEUE;
      case "\"RUNNING\"" -> Part.RUN;
      case "\"SCHEDULED\"" -> attempt.equals("0") ? Part.WAIT : Part.BACKOFF;
      case "\"WAITING\"" -> Part.WAIT;
      default -> null;
    };
  }

  /** What the time between two moments was spent on; BETWEEN where nothing is known. */
  Parts within(long from, long to) {
    Parts parts = new Parts();
    long low = Math.max(from, begin);
    long high = Math.min(to, end);
    if (low >= high) {
      return parts;
    }
    long known = 0;
    for (int i = 0; i < stretches.size(); i++) {
      long first = Math.max(low, stretches.get(i).from());
      long until = i + 1 < stretches.size() ? stretches.get(i + 1).from() : end;
      long spent = Math.min(high, until) - first;
      if (spent > 0) {
        parts.add(stretches.get(i).part(), spent);
        known += spent;
      }
    }
    parts.add(Part.BETWEEN, high - low - known);
    return parts;
  }

  /** Of its whole life. */
  public Parts all() {
    return within(begin, end);
  }
}
