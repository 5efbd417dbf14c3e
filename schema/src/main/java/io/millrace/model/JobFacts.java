package io.millrace.model;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is known about why a job is where it is, beside the job itself; which parts are there
 * depends on its state. Each number was counted within a bound.
 *
 * @param queue of a READY job
 * @param lane place in the quarantine lane, of a BLOCKED job that waits there; 0 is next
 * @param waiting jobs of the same tenant and type before it, of a BLOCKED job that waits for a
 *     place under a limit
 * @param limits that apply to it, of the same
 * @param runner of a RUNNING job
 */
public record JobFacts(
    @Nullable Queue queue,
    @Nullable Integer lane,
    @Nullable Integer waiting,
    List<Hold> limits,
    @Nullable Runner runner) {
  /** Nothing beside the job itself. */
  public static final JobFacts NONE = new JobFacts(null, null, null, List.of(), null);

  /** Most jobs counted before one in a queue of its own; there may be more. */
  public static final int MOST_COUNTED = 10_000;

  /**
   * The queue of a READY job.
   *
   * @param ready READY jobs of its pool and priority, itself included
   * @param held those of them that are in the backlog
   * @param backlogPlace jobs of its tenant before it in the backlog; null when it is not there, or
   *     too far behind
   * @param workers LIVE sessions that serve the pool
   * @param draining sessions that serve the pool and claim no more
   * @param slots of the LIVE ones
   * @param silentMillis since the last beat of the liveliest of them, or null without any
   * @param limitedSince whether a limit applies by now that did not when it became READY
   * @param unannouncedMillis how long its announcement to Kafka is overdue, or null
   */
  public record Queue(
      long ready,
      long held,
      @Nullable Long backlogPlace,
      int workers,
      int draining,
      int slots,
      @Nullable Long silentMillis,
      boolean limitedSince,
      @Nullable Long unannouncedMillis) {}

  /**
   * A limit that applies to a BLOCKED job.
   *
   * @param running places taken
   * @param started starts that count against the rate
   * @param nextStartMillis until a start is allowed again, when the rate is used up
   * @param holders jobs of the job's own tenant that hold places; the first of them
   * @param others places held by jobs that are not listed
   */
  public record Hold(
      RunLimit limit,
      int running,
      int started,
      @Nullable Long nextStartMillis,
      List<UUID> holders,
      int others) {
    /** Whether every place is taken. */
    public boolean isFull() {
      return limit.maxRunning() != null && running >= limit.maxRunning();
    }

    /** Whether the rate is used up. */
    public boolean isUsedUp() {
      return limit.rateStarts() != null && started >= limit.rateStarts();
    }
  }

  /**
   * Who runs a RUNNING job.
   *
   * @param state LIVE, DRAINING, LEFT or DEAD
   * @param silentMillis since its last beat
   */
  public record Runner(String name, long session, String state, long silentMillis) {}
}
