package io.millrace.local;

/** A configured port, or the port a server had before it was stopped, is used by someone else. */
public final class PortTakenException extends LocalStackException {
  private final int port;

  PortTakenException(int port, String server, String setting) {
    super(
        "port %d for %s is taken; choose another with %s (0 = any free port)"
            .formatted(port, server, setting));
    this.port = port;
  }

  /** The port that is taken. */
  public int port() {
    return port;
  }
}
