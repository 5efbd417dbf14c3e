package io.millrace.workers.analysis.read;

import java.io.IOException;

/**
 * The dataset cannot be profiled as it is; trying again gives the same. An {@link IOException} so
 * that it passes through streams; any other of these means that reading itself failed.
 */
public final class UnreadableDatasetException extends IOException {
  public UnreadableDatasetException(String message) {
    super(message);
  }
}
