package io.millrace.local;

import org.jspecify.annotations.Nullable;

/** The embedded stack, or one server of it, could not be started or stopped. */
public class LocalStackException extends RuntimeException {
  LocalStackException(String message) {
    super(message);
  }

  LocalStackException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
