package io.millrace.workers.handlers.http;

import java.net.UnknownHostException;

/**
 * An address that a request may not connect to. An {@link UnknownHostException} only because a
 * resolver may throw nothing else.
 */
final class RefusedAddressException extends UnknownHostException {
  RefusedAddressException(String message) {
    super(message);
  }
}
