package io.millrace.ops.client;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What only some submissions ask for. What is null or empty is not sent; what it may be is the
 * server's to say.
 *
 * @param delay how long not to start: {@code 90s}, {@code 10m}
 * @param runAt when to start at the earliest: a time with its offset
 * @param deadline when it must have ended: a time with its offset, or a duration from now
 * @param queueTimeout the longest wait for its first start
 * @param heartbeat the longest silence between two progress reports
 * @param labels names and values it can be found by
 * @param parent the id of the job whose cancelling cancels this one too
 * @param idempotencyKey the same request sent again under this key is the same job
 */
public record SubmitOptions(
    @Nullable String delay,
    @Nullable String runAt,
    @Nullable String deadline,
    @Nullable String queueTimeout,
    @Nullable String heartbeat,
    Map<String, String> labels,
    @Nullable String parent,
    @Nullable String idempotencyKey) {
  /** Nothing asked for. */
  public static final SubmitOptions NONE =
      new SubmitOptions(null, null, null, null, null, Map.of(), null, null);

  /** Adds the fields of the body; the key is a header. */
  void addTo(ObjectNode body) {
    add(body, "delay", delay);
    add(body, "runAt", runAt);
    add(body, "deadline", deadline);
    add(body, "queueTimeout", queueTimeout);
    add(body, "heartbeat", heartbeat);
    if (!labels.isEmpty()) {
      ObjectNode all = body.putObject("labels");
      labels.forEach(all::put);
    }
    add(body, "parent", parent);
  }

  private static void add(ObjectNode body, String field, @Nullable String value) {
    if (value != null) {
      body.put(field, value);
    }
  }
}
