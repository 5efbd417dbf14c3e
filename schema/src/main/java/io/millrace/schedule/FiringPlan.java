package io.millrace.schedule;

import io.millrace.model.Firing.Outcome;
import io.millrace.model.Overlap;
import io.millrace.model.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done about a schedule now.
 *
 * @param steps what becomes of each instant that is due, in order
 * @param nextAt when to look again, or null for never
 * @param queuedAt the instant that waits now, or null
 * @param cancelPrevious whether the previous job is to be cancelled first
 */
public record FiringPlan(
    List<Step> steps,
    @Nullable Instant nextAt,
    @Nullable Instant queuedAt,
    boolean cancelPrevious) {
  /** An instant later than this is missed, and left to the catch-up policy. */
  public static final Duration LATE = Duration.ofSeconds(10);

  /** Most instants dealt with at once; the rest is due at once again. */
  static final int MOST = 20;

  /**
   * One instant.
   *
   * @param outcome SUBMITTED for one that a job is to be made for
   * @param detail why not, or null
   */
  public record Step(Instant at, Outcome outcome, @Nullable String detail) {}

  /**
   * Decides.
   *
   * @param previousOpen whether the schedule's last job has not ended
   * @param now the database's time
   */
  public static FiringPlan decide(Schedule schedule, boolean previousOpen, Instant now) {
    List<Step> steps = new ArrayList<>();
    List<Instant> due = new ArrayList<>();
    Instant nextAt = schedule.nextAt();
    if (nextAt != null && !nextAt.isAfter(now)) {
      Recurrence recurrence = Recurrence.of(schedule.timing(), schedule.createdAt());
      due.addAll(due(schedule, nextAt, recurrence, now, steps));
      nextAt = recurrence.next(now).orElse(null);
      if (due.size() > MOST) {
        nextAt = due.get(MOST);
        due.subList(MOST, due.size()).clear();
      }
    }
    return schedule.overlap() == Overlap.CANCEL_PREVIOUS
        ? replacing(due, steps, nextAt, previousOpen)
        : inTurn(schedule, due, steps, nextAt, previousOpen);
  }

  /** The instants to be dealt with: those in time, and missed ones that are made up for. */
  private static List<Instant> due(
      Schedule schedule, Instant first, Recurrence recurrence, Instant now, List<Step> steps) {
    Instant inTime = now.minus(LATE);
    List<Instant> due = new ArrayList<>();
    if (first.isBefore(inTime)) {
      int most = most(schedule);
      if (most > 0) {
        due.addAll(recurrence.last(first, inTime, most));
      }
      if (due.isEmpty() || due.getFirst().isAfter(first)) {
        steps.add(new Step(first, Outcome.MISSED, missed(due)));
      }
    }
    Instant from = first.isBefore(inTime) ? inTime : first;
    recurrence.following(from.minusMillis(1), MOST + 1).stream()
        .filter(instant -> !instant.isAfter(now))
        .forEach(due::add);
    return due;
  }

  private static int most(Schedule schedule) {
    return switch (schedule.catchUp()) {
      case NONE -> 0;
      case LAST -> 1;
      case ALL -> schedule.catchUpMost();
    };
  }

  private static String missed(List<Instant> madeUpFor) {
    return madeUpFor.isEmpty()
        ? "nobody was there to fire it, nor what followed it and was missed too"
        : "nobody was there to fire it, nor what followed it before " + madeUpFor.getFirst();
  }

  private static FiringPlan inTurn(
      Schedule schedule,
      List<Instant> due,
      List<Step> steps,
      @Nullable Instant nextAt,
      boolean previousOpen) {
    boolean open = previousOpen;
    Instant queued = schedule.queuedAt();
    if (queued != null && !open) {
      steps.add(new Step(queued, Outcome.SUBMITTED, "waited for the job before it"));
      queued = null;
      open = true;
    }
    for (Instant at : due) {
      if (!open || schedule.overlap() == Overlap.ALLOW) {
        steps.add(new Step(at, Outcome.SUBMITTED, null));
        open = true;
      } else if (schedule.overlap() == Overlap.QUEUE_ONE && queued == null) {
        steps.add(new Step(at, Outcome.QUEUED, "the job before it has not ended"));
        queued = at;
      } else {
        steps.add(
            new Step(
                at,
                Outcome.SKIPPED,
                queued == null
                    ? "the job before it has not ended"
                    : "the job before it has not ended, and an instant waits already"));
      }
    }
    return new FiringPlan(steps, nextAt, queued, false);
  }

  private static FiringPlan replacing(
      List<Instant> due, List<Step> steps, @Nullable Instant nextAt, boolean previousOpen) {
    for (int i = 0; i < due.size(); i++) {
      steps.add(
          i == due.size() - 1
              ? new Step(due.get(i), Outcome.SUBMITTED, null)
              : new Step(due.get(i), Outcome.SKIPPED, "replaced by the instant after it"));
    }
    return new FiringPlan(steps, nextAt, null, previousOpen && !due.isEmpty());
  }
}
