package io.millrace.ops.client;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/** No answer came: nothing listens there, the name is unknown, or the connection broke. */
public final class ServerUnreachableException extends ClientException {
  private static final long serialVersionUID = 1L;

  public ServerUnreachableException(URI server, String reason, @Nullable Throwable cause) {
    super(
        "No Millrace server answers at "
            + server
            + " ("
            + reason
            + "): start one with `ops/millrace up`, or name another with --url or MILLRACE_URL.",
        cause);
  }
}
