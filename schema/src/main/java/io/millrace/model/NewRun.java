package io.millrace.model;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A workflow run about to be accepted: checked, with its id, not yet stored.
 *
 * @param version of the workflow, by which it stays
 * @param input a JSON document
 * @param labels a JSON object of strings, or null
 * @param traceparent the submitter's W3C trace context, or null
 * @param depth how many runs it is inside of
 * @param parent the task of another run that it is, or null
 * @param idempotency what makes the same start, sent again, the same run; or null
 */
public record NewRun(
    UUID id,
    String tenant,
    String workflow,
    String version,
    String input,
    @Nullable String labels,
    @Nullable String traceparent,
    int depth,
    @Nullable RunTask parent,
    @Nullable IdempotencyKey idempotency) {

  /** A run without an idempotency key. */
  public NewRun(
      UUID id,
      String tenant,
      String workflow,
      String version,
      String input,
      @Nullable String labels,
      @Nullable String traceparent,
      int depth,
      @Nullable RunTask parent) {
    this(id, tenant, workflow, version, input, labels, traceparent, depth, parent, null);
  }

  /** The same under an idempotency key. */
  public NewRun with(@Nullable IdempotencyKey key) {
    return new NewRun(
        id, tenant, workflow, version, input, labels, traceparent, depth, parent, key);
  }
}
