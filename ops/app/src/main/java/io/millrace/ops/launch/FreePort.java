package io.millrace.ops.launch;

import java.io.IOException;
import java.net.ServerSocket;

/** A TCP port that nothing listened on a moment ago. */
public final class FreePort {
  private FreePort() {}

  /** One of those the system gives out; another process may take it before its user does. */
  public static int any() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
