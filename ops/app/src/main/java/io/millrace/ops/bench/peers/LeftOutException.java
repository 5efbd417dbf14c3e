package io.millrace.ops.bench.peers;

/**
 * A peer, or one of its cases, cannot be measured here; the message is a sentence that says why.
 */
final class LeftOutException extends Exception {
  LeftOutException(String message) {
    super(message);
  }
}
