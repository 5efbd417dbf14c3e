package io.millrace.model;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An outcome with the fence it is recorded under: nothing is written unless both still hold.
 *
 * @param inRun whether the job is a task of a workflow run, which is then advanced with it
 * @param cached whether it has a key under which its result is kept
 * @param usage what the attempt says it has used: a JSON object of integers, or null
 */
public record Completion(
    UUID id,
    long session,
    int attempt,
    Outcome outcome,
    boolean inRun,
    boolean cached,
    @Nullable String usage) {
  /** Of a job that is no task of a run and not kept. */
  public Completion(UUID id, long session, int attempt, Outcome outcome) {
    this(id, session, attempt, outcome, false, false, null);
  }

  /** Of a job that is claimed, and whose attempt has not said what it has used. */
  public static Completion of(ClaimedJob job, Outcome outcome) {
    return of(job, outcome, null);
  }

  /** Of a job that is claimed. */
  public static Completion of(ClaimedJob job, Outcome outcome, @Nullable String usage) {
    return new Completion(
        job.id(), job.session(), job.attempt(), outcome, job.inRun(), job.cached(), usage);
  }
}
