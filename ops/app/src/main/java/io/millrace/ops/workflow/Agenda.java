package io.millrace.ops.workflow;

import io.millrace.workflow.run.Command;
import io.millrace.workflow.run.TaskOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** What is to happen in a virtual run, by time; of the same time, what was noted first. */
final class Agenda {
  private final PriorityQueue<Entry> entries =
      new PriorityQueue<>(Comparator.comparing(Entry::at).thenComparingLong(Entry::number));
  private Instant now;
  private long noted;

  Agenda(Instant start) {
    now = start;
  }

  /** Something that is to happen. */
  sealed interface Item {
    /** A task ends, unless it has ended. */
    record Ends(Task task, TaskOutcome outcome) implements Item {}

    /** A timer fires, unless it was cleared. */
    record Fires(Command.StartTimer timer) implements Item {}

    /** A signal comes. */
    record Sends(int node, @Nullable Object value) implements Item {}

    /** Somebody does something to the run. */
    record Does(TestCase.Action action) implements Item {}
  }

  /** A task's place: no two of a run have it in common. */
  record Task(int node, int element, int round) {}

  record Entry(Instant at, long number, Item item) {}

  Instant now() {
    return now;
  }

  void after(Duration delay, Item item) {
    at(now.plus(delay), item);
  }

  /** Notes something; what is in the past happens now. */
  void at(Instant instant, Item item) {
    entries.add(new Entry(instant.isBefore(now) ? now : instant, noted++, item));
  }

  /** Takes what comes next; null when nothing does. The clock stays. */
  @Nullable Entry next() {
    return entries.poll();
  }

  void advanceTo(Instant instant) {
    now = instant;
  }
}
