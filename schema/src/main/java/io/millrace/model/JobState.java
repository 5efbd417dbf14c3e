package io.millrace.model;

import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Where a job is in its life. The legal moves stand in one table, {@link #next()}. */
public enum JobState {
  /**
   * Waits for other nodes, a place under a limit or the quarantine lane; not announced on Kafka.
   */
  BLOCKED,
  /** Waits for its time, at first or between two attempts. */
  SCHEDULED,
  /** Waits for a worker; announced on Kafka, or about to be. */
  READY,
  /** A worker session runs it under its current attempt number. */
  RUNNING,
  /** Parked until somebody decides or signals; holds no thread and no slot. */
  WAITING,
  /** Final: the handler returned a result. */
  SUCCEEDED,
  /** Final: no attempts left, or an error that must not be retried. */
  FAILED,
  /** Final: somebody cancelled it. */
  CANCELLED,
  /** Final: a workflow condition said no. */
  SKIPPED;

  private static final Map<JobState, Set<JobState>> MOVES = moves();

  /**
   * True when no move leaves this state (replay of a dead letter makes a new attempt, see FAILED).
   */
  public boolean isFinal() {
    return this == SUCCEEDED || this == FAILED || this == CANCELLED || this == SKIPPED;
  }

  /** The states a job may move to from this one; unmodifiable, empty for most final states. */
  public Set<JobState> next() {
    return MOVES.getOrDefault(this, Set.of());
  }

  /**
   * Checks one move against the table.
   *
   * @return {@code to}, for chaining
   * @throws IllegalStateException when the table does not allow the move
   */
  public JobState moveTo(JobState to) {
    if (!next().contains(to)) {
      throw new IllegalStateException(
          "a job cannot move from " + this + " to " + to + "; from there it may become " + next());
    }
    return to;
  }

  private static Map<JobState, Set<JobState>> moves() {
    Map<JobState, Set<JobState>> moves = new EnumMap<>(JobState.class);
    moves.put(BLOCKED, states(READY, RUNNING, SCHEDULED, WAITING, SKIPPED, CANCELLED, FAILED));
    moves.put(SCHEDULED, states(READY, BLOCKED, CANCELLED, FAILED));
    moves.put(READY, states(RUNNING, BLOCKED, CANCELLED, FAILED));
    moves.put(RUNNING, states(SUCCEEDED, FAILED, CANCELLED, READY, BLOCKED, SCHEDULED, WAITING));
    moves.put(WAITING, states(READY, BLOCKED, SUCCEEDED, FAILED, CANCELLED));
    moves.put(FAILED, states(READY, BLOCKED));
    return Collections.unmodifiableMap(moves);
  }

  private static Set<JobState> states(JobState first, JobState... rest) {
    return Collections.unmodifiableSet(EnumSet.of(first, rest));
  }
}
