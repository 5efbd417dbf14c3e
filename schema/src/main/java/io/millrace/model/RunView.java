package io.millrace.model;

import java.time.Instant;
import java.util.BitSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A workflow run as its submitter sees it.
 *
 * @param input JSON text
 * @param output JSON text; of a run that SUCCEEDED
 * @param progress where its nodes are, as the run's plan reads it; null before it has started
 * @param labels a JSON object of strings, or null
 * @param parent the run it is part of, or null
 * @param errorMessage what failed it, or why it was cancelled
 * @param errorNode the name of the node that failed it, or null
 * @param firstOutputAt when the first piece of partial output of its tasks was written, or null
 * @param asOf when it was read, by the database's clock
 * @param rerun what it has taken over from another run, or null
 */
public record RunView(
    UUID id,
    String tenant,
    String workflow,
    String version,
    String state,
    boolean paused,
    String input,
    @Nullable String output,
    byte @Nullable [] progress,
    @Nullable String labels,
    @Nullable UUID parent,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt,
    @Nullable String errorKind,
    @Nullable String errorMessage,
    @Nullable String errorNode,
    @Nullable Instant firstOutputAt,
    Instant asOf,
    @Nullable Rerun rerun) {
  /**
   * What it has taken over from another run.
   *
   * @param of that run
   * @param from the name of the node from which on it runs again
   * @param reused the numbers of the nodes it does not run itself; none in a list
   */
  public record Rerun(UUID of, String from, BitSet reused) {}
}
