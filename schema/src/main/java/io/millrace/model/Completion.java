package io.millrace.model;

import java.util.UUID;

/**
 * An outcome with the fence it is recorded under: nothing is written unless both still hold.
 *
 * @param inRun whether the job is a task of a workflow run, which is then advanced with it
 * @param cached whether it has a key under which its result is kept
 */
public record Completion(
    UUID id, long session, int attempt, Outcome outcome, boolean inRun, boolean cached) {
  /** Of a job that is no task of a run and not kept. */
  public Completion(UUID id, long session, int attempt, Outcome outcome) {
    this(id, session, attempt, outcome, false, false);
  }

  /** Of a job that is claimed. */
  public static Completion of(ClaimedJob job, Outcome outcome) {
    return new Completion(
        job.id(), job.session(), job.attempt(), outcome, job.inRun(), job.cached());
  }
}
