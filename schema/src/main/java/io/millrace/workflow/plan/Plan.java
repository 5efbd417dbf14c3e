package io.millrace.workflow.plan;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A compiled definition.
 *
 * @param version SHA-256 of the definition's canonical JSON, in lower-case hexadecimal
 * @param main what a run does
 * @param compensation what a run does after its failure or cancelling, once nothing of {@code main}
 *     runs any more; its expressions may read every node of {@code main}
 * @param output worked out when {@code main} has ended well; null makes the output null
 * @param inputSchema JSON Schema of the input as JSON text, or null
 * @param timeout longest time from a run's start to its end, or null
 */
public record Plan(
    String workflow,
    String version,
    Graph main,
    Graph compensation,
    @Nullable Template output,
    @Nullable String inputSchema,
    @Nullable Duration timeout,
    @Nullable Concurrency concurrency) {
  /** How many runs of the same key may be open at once; others wait in the order they came. */
  public record Concurrency(Template key, int limit) {}
}
