package io.millrace.model;

import java.time.Duration;

/** How one attempt ended, as the worker saw it. */
public sealed interface Outcome {
  /** The handler returned; {@code result} is a JSON document. */
  record Succeeded(String result) implements Outcome {}

  /** The attempt failed and no other follows. */
  record Failed(JobError error) implements Outcome {}

  /** The attempt failed; another follows after {@code delay}. */
  record Retried(JobError error, Duration delay) implements Outcome {}

  /** The attempt was stopped because somebody cancelled the job. */
  record Cancelled() implements Outcome {}

  /**
   * The worker gave the job back unfinished, to run after {@code delay}; costs no attempt.
   *
   * @param why a few fixed words for the job's log, such as "the worker is stopping"
   */
  record HandedBack(Duration delay, String why) implements Outcome {}
}
