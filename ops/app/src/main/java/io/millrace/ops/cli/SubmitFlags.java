package io.millrace.ops.cli;

import io.millrace.model.Limits;
import io.millrace.ops.client.SubmitOptions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What only some submissions ask for. */
final class SubmitFlags {
  private static final Pattern KEY =
      Pattern.compile("[\\x20-\\x7e]{1," + Limits.MAX_IDEMPOTENCY_KEY_CHARS + "}");

  @Option(names = "--delay", paramLabel = "TIME", description = "do not start before: 90s, 10m, 2h")
  @Nullable String delay;

  @Option(
      names = "--run-at",
      paramLabel = "INSTANT",
      description = "do not start before: 2030-01-31T08:00:00+01:00")
  @Nullable String runAt;

  @Option(
      names = "--deadline",
      paramLabel = "INSTANT|TIME",
      description = "when it must have ended, or how long from now")
  @Nullable String deadline;

  @Option(
      names = "--queue-timeout",
      paramLabel = "TIME",
      description = "longest wait for its first start")
  @Nullable String queueTimeout;

  @Option(
      names = "--heartbeat",
      paramLabel = "TIME",
      description = "longest silence between two progress reports")
  @Nullable String heartbeat;

  @Option(
      names = "--label",
      paramLabel = "NAME=VALUE",
      description = "a label to find it by; may be given more than once")
  Map<String, String> labels = new LinkedHashMap<>();

  @Option(
      names = "--parent",
      paramLabel = "ID",
      description = "the job whose cancelling cancels this one too")
  @Nullable String parent;

  @Option(
      names = "--idempotency-key",
      paramLabel = "KEY",
      description = "the same request sent again under this key within 24 hours is the same job")
  @Nullable String idempotencyKey;

  /**
   * What the options come to.
   *
   * @throws IllegalArgumentException when the key cannot be sent
   */
  SubmitOptions options() {
    if (idempotencyKey != null && !KEY.matcher(idempotencyKey).matches()) {
      throw new IllegalArgumentException(
          "--idempotency-key must be 1 to %d printable ASCII characters."
              .formatted(Limits.MAX_IDEMPOTENCY_KEY_CHARS));
    }
    return new SubmitOptions(
        delay, runAt, deadline, queueTimeout, heartbeat, labels, parent, idempotencyKey);
  }
}
