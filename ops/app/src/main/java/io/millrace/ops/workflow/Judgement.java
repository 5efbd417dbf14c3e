package io.millrace.ops.workflow;

import io.millrace.document.Durations;
import io.millrace.workflow.run.Failure;
import io.millrace.workflow.run.RunPhase;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Holds what a run came to against what was expected of it. */
final class Judgement {
  private final Expectation expected;
  private final RunReport got;
  private final List<String> lines = new ArrayList<>();

  private Judgement(Expectation expected, RunReport got) {
    this.expected = expected;
    this.got = got;
  }

  /** All that is otherwise than expected, a line each; empty when nothing is. */
  static List<String> of(Expectation expected, RunReport got) {
    if (got.problem() != null) {
      return List.of(got.problem());
    }
    Judgement judgement = new Judgement(expected, got);
    judgement.state();
    judgement.error();
    judgement.output();
    judgement.within();
    judgement.nodes();
    judgement.calls();
    return List.copyOf(judgement.lines);
  }

  private void state() {
    if (expected.state() != got.phase()) {
      String why = got.failure() == null ? "" : " by " + failure(got.failure());
      lines.add("state: expected %s, got %s%s".formatted(expected.state(), got.phase(), why));
    }
  }

  private String failure(Failure failure) {
    String where = got.failedNode() == null ? "the run itself" : "node " + got.failedNode();
    return "%s: %s: %s".formatted(where, failure.kind(), failure.message());
  }

  private void error() {
    Expectation.Error error = expected.error();
    if (error == null) {
      return;
    }
    Failure failure = got.failure();
    if (failure == null) {
      lines.add("error: expected one, got none");
      return;
    }
    differ("error.kind", error.kind(), failure.kind());
    differ("error.node", error.node(), got.failedNode());
    if (error.message() != null && !failure.message().contains(error.message())) {
      lines.add(
          "error.message: expected one with \"%s\", got \"%s\""
              .formatted(error.message(), failure.message()));
    }
  }

  private void differ(String field, @Nullable String wanted, @Nullable String found) {
    if (wanted != null && !Objects.equals(wanted, found)) {
      lines.add("%s: expected %s, got %s".formatted(field, wanted, found == null ? "none" : found));
    }
  }

  /** The output of a run that ended otherwise is null anyway, and said enough of. */
  private void output() {
    if (expected.output() != null && got.phase() == RunPhase.SUCCEEDED) {
      lines.addAll(JsonDifference.of("output", expected.output(), got.output()));
    }
  }

  private void within() {
    if (expected.within() != null && got.took().compareTo(expected.within()) > 0) {
      lines.add(
          "within: expected at most %s, took %s"
              .formatted(Durations.show(expected.within()), Durations.show(got.took())));
    }
  }

  private void nodes() {
    expected
        .nodes()
        .forEach(
            (name, state) ->
                differ("nodes." + name, state.name(), String.valueOf(got.nodes().get(name))));
  }

  private void calls() {
    expected
        .called()
        .forEach(
            (name, wanted) -> {
              List<JsonNode> found = got.calls().getOrDefault(name, List.of());
              switch (wanted) {
                case Expectation.Calls.Times(int times) -> times(name, times, found.size());
                case Expectation.Calls.With(var payloads) -> payloads(name, payloads, found);
              }
            });
  }

  private void times(String name, int wanted, int found) {
    if (wanted != found) {
      lines.add("called.%s: expected %d, got %d".formatted(name, wanted, found));
    }
  }

  private void payloads(String name, List<JsonNode> wanted, List<JsonNode> found) {
    lines.addAll(JsonDifference.of("called." + name, JsonTree.tree(wanted), JsonTree.tree(found)));
  }
}
