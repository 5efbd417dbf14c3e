package io.millrace.store;

import io.millrace.model.NewJob;
import io.millrace.model.NewRun;
import io.millrace.model.RunTask;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a run in one transaction. Values are JSON text.
 *
 * @param progress where its nodes are
 * @param end null while it goes on
 * @param jobs tasks that are jobs; each names its task in its options
 * @param large fields of their payloads that are kept beside them
 * @param runs tasks that are runs; each names its task as its parent
 * @param cleared nodes whose timer goes; -1 is the run's own
 * @param halted whether all its open tasks are to be cancelled
 * @param turn the place it is to wait for, or null
 */
public record RunChange(
    UUID run,
    String state,
    boolean paused,
    byte[] progress,
    @Nullable End end,
    List<NewJob> jobs,
    List<ArtifactStore.Large> large,
    List<NewRun> runs,
    List<Timer> timers,
    List<Integer> cleared,
    List<Value> values,
    boolean halted,
    @Nullable Turn turn) {
  /** A change whose payloads are all small. */
  public RunChange(
      UUID run,
      String state,
      boolean paused,
      byte[] progress,
      @Nullable End end,
      List<NewJob> jobs,
      List<NewRun> runs,
      List<Timer> timers,
      List<Integer> cleared,
      List<Value> values,
      boolean halted,
      @Nullable Turn turn) {
    this(
        run, state, paused, progress, end, jobs, List.of(), runs, timers, cleared, values, halted,
        turn);
  }

  /** The same, waiting for a place. */
  public RunChange waitingFor(Turn place) {
    return new RunChange(
        run, state, paused, progress, end, jobs, large, runs, timers, cleared, values, halted,
        place);
  }

  /**
   * A place among the runs of a key, and how many there are of them.
   *
   * @param most at least 1
   */
  public record Turn(String key, int most) {}

  /**
   * How it ended.
   *
   * @param output of one that SUCCEEDED
   * @param errorKind of one that FAILED
   * @param message of one that FAILED, or the reason of one that was CANCELLED
   * @param node the name of the node that failed it, or null
   * @param parent the task it was, or null
   */
  public record End(
      @Nullable String output,
      @Nullable String errorKind,
      @Nullable String message,
      @Nullable String node,
      @Nullable RunTask parent) {}

  /** When to wake the run: at an instant, else after a delay. */
  public record Timer(int node, int round, @Nullable Instant at, Duration delay) {}

  /** What is kept of a node that no task holds. */
  public record Value(int node, Kind kind, String value) {}

  /** What a {@link Value} is. */
  public enum Kind {
    OUTPUT,
    ERROR
  }
}
