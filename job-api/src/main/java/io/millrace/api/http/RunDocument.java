package io.millrace.api.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.millrace.api.run.RunDetail;
import io.millrace.api.run.RunDetail.Node;
import io.millrace.api.run.RunUsage;
import io.millrace.model.RunView;
import io.millrace.store.RunTurnStore.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A workflow run as {@code GET /v1/runs/{id}} shows it; in a list without {@code input}, {@code
 * output} and {@code nodes}. Times are the database's, in UTC.
 *
 * @param rerunOf the run whose finished nodes it has taken over
 * @param rerunFrom the node from which on it runs again
 * @param firstOutputAt when the first piece of partial output of its jobs was written
 * @param timeToFirstOutputMillis from its creation until then
 * @param nodes by name, in the order of the definition
 * @param waits the place it waits for, among the runs of its key
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record RunDocument(
    UUID id,
    String workflow,
    String version,
    String state,
    boolean paused,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt,
    @Nullable UUID parent,
    @Nullable UUID rerunOf,
    @Nullable String rerunFrom,
    @Nullable RunError error,
    @Nullable @JsonRawValue String labels,
    @Nullable @JsonRawValue String input,
    @Nullable @JsonRawValue String output,
    @Nullable Map<String, NodeDocument> nodes,
    @Nullable Waiting waits,
    @Nullable UsageDocument usage,
    @Nullable Instant firstOutputAt,
    @Nullable Long timeToFirstOutputMillis,
    Links links) {

  /** Why a run failed or was cancelled. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record RunError(@Nullable String kind, @Nullable String message, @Nullable String node) {}

  /**
   * A node of a run.
   *
   * @param tasks how many of its tasks are in each state; absent for a node without tasks
   * @param job its one job, absent when it had none or several
   * @param attempts starts of all its tasks
   * @param reusedFrom the run it was taken over from
   * @param taken the nodes to which ways from it were taken; absent when there are none
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record NodeDocument(
      String state,
      @Nullable Map<String, Integer> tasks,
      @Nullable UUID job,
      @Nullable UUID run,
      @Nullable Integer attempts,
      @Nullable Instant startedAt,
      @Nullable Instant finishedAt,
      @Nullable List<String> taken,
      @Nullable RunError error,
      @Nullable UUID reusedFrom) {
    static NodeDocument of(Node node, RunView.@Nullable Rerun rerun) {
      return new NodeDocument(
          node.state(),
          node.tasks().isEmpty() ? null : node.tasks(),
          node.job(),
          node.run(),
          node.tasks().isEmpty() ? null : node.attempts(),
          node.startedAt(),
          node.finishedAt(),
          node.taken().isEmpty() ? null : node.taken(),
          node.errorKind() == null
              ? null
              : new RunError(node.errorKind(), node.errorMessage(), null),
          node.reused() && rerun != null ? rerun.of() : null);
    }
  }

  /** What all jobs of a run have used; {@code reported} by their handlers. */
  record UsageDocument(
      long attempts,
      long runMillis,
      long queueMillis,
      long outputBytes,
      Map<String, Long> reported) {
    static @Nullable UsageDocument of(@Nullable RunUsage usage) {
      return usage == null
          ? null
          : new UsageDocument(
              usage.attempts(),
              usage.runMillis(),
              usage.queueMillis(),
              usage.outputBytes(),
              usage.reported());
    }
  }

  /** Where to go from here. */
  record Links(String self, String workflow, String events, String graph, String profile) {
    static Links of(UUID run, String workflow) {
      String self = "/v1/runs/" + run;
      return new Links(
          self, "/v1/workflows/" + workflow, self + "/events", self + "/graph", self + "/profile");
    }
  }

  static RunDocument of(RunDetail detail) {
    Map<String, NodeDocument> nodes = new LinkedHashMap<>();
    RunView run = detail.run();
    detail.nodes().forEach((name, node) -> nodes.put(name, NodeDocument.of(node, run.rerun())));
    return of(
        run, run.input(), run.output(), nodes, detail.waits(), UsageDocument.of(detail.usage()));
  }

  static RunDocument listed(RunView run) {
    return of(run, null, null, null, null, null);
  }

  static List<RunDocument> listed(List<RunView> runs) {
    return runs.stream().map(RunDocument::listed).toList();
  }

  private static RunDocument of(
      RunView run,
      @Nullable String input,
      @Nullable String output,
      @Nullable Map<String, NodeDocument> nodes,
      @Nullable Waiting waits,
      @Nullable UsageDocument usage) {
    RunView.Rerun rerun = run.rerun();
    Instant firstOutput = run.firstOutputAt();
    return new RunDocument(
        run.id(),
        run.workflow(),
        run.version(),
        run.state(),
        run.paused(),
        run.createdAt(),
        run.startedAt(),
        run.finishedAt(),
        run.parent(),
        rerun == null ? null : rerun.of(),
        rerun == null ? null : rerun.from(),
        run.errorKind() == null && run.errorMessage() == null
            ? null
            : new RunError(run.errorKind(), run.errorMessage(), run.errorNode()),
        run.labels(),
        input,
        output,
        nodes,
        waits,
        usage,
        firstOutput,
        firstOutput == null
            ? null
            : Math.max(0, Duration.between(run.createdAt(), firstOutput).toMillis()),
        Links.of(run.id(), run.workflow()));
  }
}
