package io.millrace.ops.client;

import org.jspecify.annotations.Nullable;

/** A call that brought no result; its message is written for the person at the terminal. */
public abstract sealed class ClientException extends Exception
    permits ServerRefusedException, ServerUnreachableException {
  private static final long serialVersionUID = 1L;

  ClientException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
