package io.millrace.workers.analysis;

import io.millrace.workers.handler.JobStoppedException;
import java.util.UUID;

/** Stops the attempt after a number of looks, two of which are made for each block. */
final class DyingContext extends RecordingContext {
  private int looksLeft;

  DyingContext(UUID job, int attempt, int blocks) {
    super(job, attempt);
    this.looksLeft = 2 * blocks;
  }

  @Override
  public void checkCancelled() throws JobStoppedException {
    if (looksLeft-- == 0) {
      throw new JobStoppedException("the worker dies here");
    }
  }
}
