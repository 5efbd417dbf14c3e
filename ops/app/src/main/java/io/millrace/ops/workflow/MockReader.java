package io.millrace.ops.workflow;

import io.millrace.document.Fields;
import io.millrace.model.ErrorKind;
import io.millrace.model.Limits;
import io.millrace.workflow.plan.PlanNode;
import io.millrace.workflow.plan.Work;
import io.millrace.workflow.run.Failure;
import io.millrace.workflow.run.TaskOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Reads {@code nodes} of a case: what plays the tasks of which node. */
final class MockReader {
  static final Duration LONGEST = Duration.ofMillis(Limits.MAX_AHEAD_MILLIS);

  private static final Set<String> ALWAYS = Set.of("result", "fail", "after");
  private static final Set<String> FIELDS = Set.of("result", "fail", "after", "each", "rounds");
  private static final Set<String> FAILURE = Set.of("kind", "message");
  private static final String SHAPE =
      "an object such as {result: VALUE} or {fail: {kind: HANDLER}}";

  /** What a job can fail with, and what a run of another workflow can. */
  private static final Set<String> KINDS =
      Stream.concat(
              Arrays.stream(ErrorKind.values()).map(ErrorKind::name),
              Stream.of(Failure.EXPRESSION, Failure.LIMIT, Failure.TIMEOUT, Failure.CANCELLED))
          .collect(Collectors.toCollection(TreeSet::new));

  private final NodeNames names;

  MockReader(NodeNames names) {
    this.names = names;
  }

  Map<String, Mock> read(Fields test) {
    Map<String, Mock> mocks = new LinkedHashMap<>();
    NodeNames.object(test, "nodes", "a map from nodes to their mocks")
        .ifPresent(
            nodes -> {
              for (String name : nodes.object().propertyNames()) {
                names
                    .key(nodes, name)
                    .flatMap(node -> mock(nodes, node))
                    .ifPresent(mock -> mocks.put(name, mock));
              }
            });
    return mocks;
  }

  private Optional<Mock> mock(Fields nodes, PlanNode node) {
    String name = node.name();
    if (!NodeNames.startsTasks(node.work())) {
      String detail = "node %s is a %s: it runs as it is and takes no mock";
      nodes.fault(name, detail.formatted(name, NodeNames.kind(node.work())));
      return Optional.empty();
    }
    return NodeNames.object(nodes, name, SHAPE).flatMap(mock -> played(mock, node));
  }

  private static Optional<Mock> played(Fields mock, PlanNode node) {
    if (mock.has("each") || mock.has("rounds")) {
      String field = mock.has("each") ? "each" : "rounds";
      mock.allow(Set.of(field));
      boolean fits =
          mock.has("each")
              ? node.work() instanceof Work.ForEach
              : node.work() instanceof Work.While;
      if (!fits) {
        String loop = mock.has("each") ? "forEach" : "while";
        String detail = "%s is for nodes with %s; node %s has none";
        mock.fault(field, detail.formatted(field, loop, node.name()));
      }
      List<Mock.Ending> endings = endings(mock, field);
      return Optional.of(mock.has("each") ? new Mock.Each(endings) : new Mock.Rounds(endings));
    }
    mock.allow(FIELDS);
    return ending(mock).map(Mock.Always::new);
  }

  private static List<Mock.Ending> endings(Fields mock, String field) {
    List<Mock.Ending> endings = new ArrayList<>();
    JsonNode list = mock.object().get(field);
    if (!list.isArray()) {
      mock.fault(field, field + " must be a list of mocks");
      return endings;
    }
    Fields items = new Fields(list, mock.pointer(field), mock.faults());
    for (int i = 0; i < list.size(); i++) {
      String index = String.valueOf(i);
      if (list.get(i).isObject()) {
        Fields item = new Fields(list.get(i), items.pointer(index), mock.faults());
        item.allow(ALWAYS);
        ending(item).ifPresent(endings::add);
      } else {
        items.fault(index, field + "[" + index + "] must be " + SHAPE);
      }
    }
    return endings;
  }

  private static Optional<Mock.Ending> ending(Fields mock) {
    Duration after = mock.duration("after", Duration.ZERO, LONGEST).orElse(Duration.ZERO);
    JsonNode result = mock.object().get("result");
    if ((result == null) == !mock.has("fail")) {
      mock.faults().add(mock.at(), "a mock has either result or fail");
      return Optional.empty();
    }
    return result == null
        ? failure(mock).map(failure -> new Mock.Ending(new TaskOutcome.Failed(failure), after))
        : Optional.of(new Mock.Ending(new TaskOutcome.Succeeded(JsonTree.value(result)), after));
  }

  private static Optional<Failure> failure(Fields mock) {
    return NodeNames.object(mock, "fail", "an object such as {kind: HANDLER, message: no answer}")
        .map(
            fail -> {
              fail.allow(FAILURE);
              String kind = kind(fail).orElse(ErrorKind.HANDLER.name());
              return new Failure(kind, fail.text("message").orElse("failed as its mock says"));
            });
  }

  /** The kind that a field names. */
  static Optional<String> kind(Fields fields) {
    Optional<String> kind = fields.text("kind");
    if (kind.isPresent() && !KINDS.contains(kind.get())) {
      fields.fault("kind", "kind must be one of " + String.join(", ", KINDS));
    }
    return kind;
  }
}
