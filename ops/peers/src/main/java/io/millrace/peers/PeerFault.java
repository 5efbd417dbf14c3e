package io.millrace.peers;

/** The peer cannot be measured; the message is a sentence for the report. */
final class PeerFault extends RuntimeException {
  PeerFault(String message) {
    super(message);
  }

  PeerFault(String message, Throwable cause) {
    super(message, cause);
  }
}
