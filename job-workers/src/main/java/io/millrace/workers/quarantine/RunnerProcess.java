package io.millrace.workers.quarantine;

import java.io.IOException;
import java.time.Duration;

/** A process that runs the quarantine lane, as the worker sees it that started it. */
public interface RunnerProcess {
  /** Starts such processes. */
  @FunctionalInterface
  interface Launcher {
    /**
     * Starts one.
     *
     * @param name of its worker session, used by no other
     * @throws IOException it cannot be started
     */
    RunnerProcess launch(String name) throws IOException;
  }

  /** The name of its worker session. */
  String name();

  boolean isAlive();

  /** True when it has ended in order: told to, or because there was nothing to do. */
  boolean endedInOrder();

  /** How it ended, in a few words for a job's error; only after its end. */
  String ending();

  /** Where its own messages are, in a few words. */
  String log();

  /** Tells it to hand its job back and end; returns at once. */
  void stop();

  /** Ends it, after a while in which it may end by itself. */
  void end(Duration grace) throws InterruptedException;
}
