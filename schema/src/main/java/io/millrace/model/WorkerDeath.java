package io.millrace.model;

/** What becomes of a job whose worker died while it ran it: the choice of its type. */
public enum WorkerDeath {
  /** It runs again; the work bears repetition. */
  RETRY,
  /** It fails: whether it was done is not known, and it must not run again. */
  FAIL,
  /** It waits for an operator to say what happened. */
  ASK
}
