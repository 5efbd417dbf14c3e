package io.millrace.model;

/** What a handler spends its time on; decides where it runs inside a worker. */
public enum Workload {
  /** Waits for others most of the time: one virtual thread per job, hundreds of slots. */
  IO,
  /** Computes most of the time: a slot per core, so that jobs do not slow each other down. */
  CPU;

  /** The pool jobs of this workload go to unless the submission names another. */
  public String defaultPool() {
    return switch (this) {
      case IO -> "default";
      case CPU -> "cpu";
    };
  }
}
