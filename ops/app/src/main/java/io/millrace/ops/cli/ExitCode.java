package io.millrace.ops.cli;

import io.millrace.ops.client.JobStatus;

/** What the process says when it ends; scripts build on these numbers, so they do not change. */
public final class ExitCode {
  /** Done; the job, where one was asked for, succeeded. */
  public static final int OK = 0;

  /** The job failed, was cancelled or was skipped; a definition has faults, or a case failed. */
  public static final int JOB_FAILED = 1;

  /** The command line makes no sense, or a file it names cannot be read or written. */
  public static final int USAGE = 2;

  /** The job has not finished. */
  public static final int NOT_FINISHED = 3;

  /** The server answered no. */
  public static final int REFUSED = 4;

  /** No server answered. */
  public static final int UNREACHABLE = 5;

  /** Interrupted from the keyboard, as shells count it. */
  public static final int INTERRUPTED = 130;

  private ExitCode() {}

  static int of(JobStatus job) {
    if (!job.isFinal()) {
      return NOT_FINISHED;
    }
    return job.isSucceeded() ? OK : JOB_FAILED;
  }
}
