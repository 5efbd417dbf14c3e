package io.millrace.ops.bench.stack;

import java.io.IOException;

/** A host did not start, ended, or could not do as it was told; its message says which log. */
public final class HostFailedException extends IOException {
  private static final long serialVersionUID = 1;

  HostFailedException(String message) {
    super(message);
  }
}
