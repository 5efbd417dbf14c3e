package io.millrace.runtime;

import java.time.Duration;

/** A loop that does one chore again and again, with a pause between. */
public final class PeriodicLoop extends Loop {
  /** The chore. */
  @FunctionalInterface
  public interface Chore {
    /**
     * Does a bounded piece of it.
     *
     * @return true when there is more to do at once
     * @throws Exception the world is broken; tried again after a backoff
     */
    boolean run() throws Exception;
  }

  private final Duration pause;
  private final Chore chore;

  /**
   * Makes a loop.
   *
   * @param pause between two runs that found nothing more to do
   */
  public PeriodicLoop(String name, Duration pause, Chore chore) {
    super(name);
    this.pause = pause;
    this.chore = chore;
  }

  @Override
  protected Duration tick() throws Exception {
    return chore.run() ? Duration.ZERO : pause;
  }
}
