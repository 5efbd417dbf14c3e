package io.millrace.ops.workflow;

import io.millrace.document.Fields;
import io.millrace.workflow.plan.PlanNode;
import io.millrace.workflow.run.NodeState;
import io.millrace.workflow.run.RunPhase;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Reads {@code expect} of a case. */
final class ExpectationReader {
  private static final Set<String> FIELDS =
      Set.of("state", "output", "error", "within", "nodes", "called");
  private static final Set<String> ERROR = Set.of("kind", "node", "message");
  private static final int MAX_CALLS = VirtualRun.MAX_EVENTS;

  private final NodeNames names;

  ExpectationReader(NodeNames names) {
    this.names = names;
  }

  /** What is expected; empty when it has a fault. */
  Optional<Expectation> read(Fields test) {
    if (!test.has("expect")) {
      test.fault("expect", "expect is missing; it is what the run must come to");
    }
    return NodeNames.object(test, "expect", "an object such as {state: SUCCEEDED}")
        .flatMap(this::expectation);
  }

  private Optional<Expectation> expectation(Fields expect) {
    expect.allow(FIELDS);
    if (!expect.has("state")) {
      expect.fault("state", "state is missing; it is SUCCEEDED, FAILED or CANCELLED");
    }
    List<RunPhase> ends = Arrays.stream(RunPhase.values()).filter(RunPhase::isFinal).toList();
    Optional<RunPhase> state = oneOf(expect, "state", ends);
    JsonNode output = expect.object().get("output");
    if (output != null && state.isPresent() && state.get() != RunPhase.SUCCEEDED) {
      expect.fault("output", "a run that is " + state.get() + " has no output");
    }
    if (expect.has("error") && state.isPresent() && state.get() != RunPhase.FAILED) {
      expect.fault("error", "a run that is " + state.get() + " has no error");
    }
    Optional<Expectation.Error> error = error(expect);
    Optional<Duration> within = expect.duration("within", Duration.ZERO, MockReader.LONGEST);
    Map<String, NodeState> nodes = nodes(expect);
    Map<String, Expectation.Calls> called = called(expect);
    return state.map(
        s -> new Expectation(s, output, error.orElse(null), within.orElse(null), nodes, called));
  }

  private Optional<Expectation.Error> error(Fields expect) {
    return NodeNames.object(expect, "error", "an object such as {kind: HANDLER, node: charge}")
        .map(
            error -> {
              error.allow(ERROR);
              if (error.object().isEmpty()) {
                error.faults().add(error.at(), "error has one of kind, node, message at least");
              }
              return new Expectation.Error(
                  MockReader.kind(error).orElse(null),
                  names.value(error, "node").map(PlanNode::name).orElse(null),
                  error.text("message").orElse(null));
            });
  }

  private Map<String, NodeState> nodes(Fields expect) {
    Map<String, NodeState> states = new LinkedHashMap<>();
    List<NodeState> possible =
        Arrays.stream(NodeState.values()).filter(state -> state != NodeState.ACTIVE).toList();
    NodeNames.object(expect, "nodes", "a map from nodes to their states")
        .ifPresent(
            nodes -> {
              for (String name : nodes.object().propertyNames()) {
                names
                    .key(nodes, name)
                    .flatMap(node -> oneOf(nodes, name, possible))
                    .ifPresent(state -> states.put(name, state));
              }
            });
    return states;
  }

  private static <E extends Enum<E>> Optional<E> oneOf(Fields fields, String field, List<E> all) {
    Optional<String> name = fields.text(field);
    Optional<E> found = name.flatMap(n -> all.stream().filter(e -> e.name().equals(n)).findAny());
    if (name.isPresent() && found.isEmpty()) {
      String list = all.stream().map(Enum::name).collect(Collectors.joining(", "));
      fields.fault(field, field + " must be one of " + list);
    }
    return found;
  }

  private Map<String, Expectation.Calls> called(Fields expect) {
    Map<String, Expectation.Calls> called = new LinkedHashMap<>();
    NodeNames.object(expect, "called", "a map from nodes to numbers or lists of payloads")
        .ifPresent(
            nodes -> {
              for (String name : nodes.object().propertyNames()) {
                names
                    .key(nodes, name)
                    .flatMap(node -> calls(nodes, node))
                    .ifPresent(calls -> called.put(name, calls));
              }
            });
    return called;
  }

  private static Optional<Expectation.Calls> calls(Fields nodes, PlanNode node) {
    String name = node.name();
    if (!NodeNames.startsTasks(node.work())) {
      String detail = "node %s is a %s and calls nothing";
      nodes.fault(name, detail.formatted(name, NodeNames.kind(node.work())));
      return Optional.empty();
    }
    JsonNode given = nodes.object().get(name);
    if (given.isArray()) {
      return Optional.of(new Expectation.Calls.With(given.valueStream().toList()));
    }
    if (!given.isNumber()) {
      nodes.fault(name, name + " must be a number of calls, or the list of their payloads");
      return Optional.empty();
    }
    return nodes.integer(name, 0, MAX_CALLS).stream()
        .mapToObj(times -> (Expectation.Calls) new Expectation.Calls.Times(times))
        .findAny();
  }
}
