package io.millrace.ops.bench.soak;

import io.millrace.model.JobState;
import java.util.List;
import java.util.Map;

/**
 * What a soak came to.
 *
 * @param plan how long it was
 * @param readings from when a fifth of it was over to just before its end, at least two
 * @param accepted submissions answered with a job's id
 * @param unanswered submissions without any answer, whose jobs may exist
 * @param doomed submissions sent whose jobs must end as FAILED
 * @param faults of the load, in sentences
 * @param states of all its jobs, by the database
 * @param broken invariants, a text each
 */
record Outcome(
    SoakPlan plan,
    List<Reading> readings,
    long accepted,
    long unanswered,
    long doomed,
    List<String> faults,
    Map<JobState, Long> states,
    List<String> broken) {
  Outcome {
    readings = List.copyOf(readings);
    faults = List.copyOf(faults);
    states = Map.copyOf(states);
    broken = List.copyOf(broken);
  }

  /** When a fifth of it was over. */
  Reading early() {
    return readings.getFirst();
  }

  /** Just before its end. */
  Reading end() {
    return readings.getLast();
  }

  long jobs(JobState state) {
    return states.getOrDefault(state, 0L);
  }

  long jobs() {
    return states.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Jobs in a final state. */
  long finished() {
    return states.entrySet().stream()
        .filter(entry -> entry.getKey().isFinal())
        .mapToLong(Map.Entry::getValue)
        .sum();
  }
}
