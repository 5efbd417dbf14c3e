package io.millrace.ops.client;

import java.time.Duration;

/** How the client lets time pass between two tries; tests count instead of waiting. */
@FunctionalInterface
public interface Pause {
  /** Lets real time pass. */
  Pause REAL = Thread::sleep;

  /** Returns after this time, or sooner by being interrupted. */
  void of(Duration time) throws InterruptedException;
}
