package io.millrace.workflow.run;

import org.jspecify.annotations.Nullable;

/** How a task ended for good: a job, or a run of its own. */
public sealed interface TaskOutcome {
  /**
   * It gave a result.
   *
   * @param output a JSON value
   */
  record Succeeded(@Nullable Object output) implements TaskOutcome {}

  /** It failed, and no other attempt follows. */
  record Failed(Failure failure) implements TaskOutcome {}

  /** It was cancelled. */
  record Cancelled() implements TaskOutcome {}
}
