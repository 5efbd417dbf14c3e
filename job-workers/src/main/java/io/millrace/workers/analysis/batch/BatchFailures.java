package io.millrace.workers.analysis.batch;

import io.millrace.workers.analysis.read.UnreadableDatasetException;
import io.millrace.workers.handler.JobStoppedException;
import java.io.IOException;
import java.sql.SQLException;
import org.springframework.batch.core.job.JobExecution;

/** Finds what went wrong under the exceptions Spring Batch wraps around it. */
final class BatchFailures {
  private BatchFailures() {}

  /** The first failure this service knows what to do with, else the innermost one. */
  static Exception rootOf(JobExecution execution) {
    Exception root = new JobStoppedException("Spring Batch stopped the step: interrupted");
    for (Throwable failure : execution.getAllFailureExceptions()) {
      for (Throwable at = failure; at != null; at = at.getCause()) {
        if (isKnown(at) && at instanceof Exception known) {
          return known;
        }
        if (at instanceof Exception inner) {
          root = inner;
        }
      }
    }
    return root;
  }

  private static boolean isKnown(Throwable failure) {
    return failure instanceof UnreadableDatasetException
        || failure instanceof JobStoppedException
        || failure instanceof IOException
        || failure instanceof SQLException;
  }
}
