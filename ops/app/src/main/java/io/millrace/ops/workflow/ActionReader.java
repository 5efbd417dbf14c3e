package io.millrace.ops.workflow;

import io.millrace.document.Durations;
import io.millrace.document.Fields;
import io.millrace.workflow.plan.PlanNode;
import io.millrace.workflow.plan.Work;
import io.millrace.workflow.run.RunEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Reads what people do in a case: {@code signals} and {@code actions}. */
final class ActionReader {
  private static final Set<String> SIGNAL = Set.of("send", "after");
  private static final Set<String> ACTION = Set.of("at", "cancel", "pause", "resume", "skip");
  private static final String SHAPE = "an object such as {at: 1h, cancel: REASON}";

  private final NodeNames names;

  ActionReader(NodeNames names) {
    this.names = names;
  }

  Map<String, TestCase.Signal> signals(Fields test) {
    Map<String, TestCase.Signal> signals = new LinkedHashMap<>();
    NodeNames.object(test, "signals", "a map from nodes to what is sent to them")
        .ifPresent(
            all -> {
              for (String name : all.object().propertyNames()) {
                names
                    .key(all, name)
                    .flatMap(node -> signal(all, node))
                    .ifPresent(signal -> signals.put(name, signal));
              }
            });
    return signals;
  }

  private static Optional<TestCase.Signal> signal(Fields all, PlanNode node) {
    String name = node.name();
    if (!(node.work() instanceof Work.Signal)) {
      all.fault(name, "node %s is a %s, no signal".formatted(name, NodeNames.kind(node.work())));
    }
    return NodeNames.object(all, name, "an object such as {send: VALUE, after: 2h}")
        .flatMap(
            signal -> {
              signal.allow(SIGNAL);
              Optional<Duration> after =
                  signal.duration("after", Duration.ZERO, MockReader.LONGEST);
              JsonNode value = signal.object().get("send");
              if (value == null) {
                signal.fault("send", "send is missing; it is the value that is sent");
                return Optional.empty();
              }
              return Optional.of(
                  new TestCase.Signal(JsonTree.value(value), after.orElse(Duration.ZERO)));
            });
  }

  List<TestCase.Action> actions(Fields test) {
    List<TestCase.Action> actions = new ArrayList<>();
    JsonNode list = test.object().get("actions");
    if (list == null) {
      return actions;
    }
    if (!list.isArray()) {
      test.fault("actions", "actions must be a list");
      return actions;
    }
    Fields all = new Fields(list, test.pointer("actions"), test.faults());
    for (int i = 0; i < list.size(); i++) {
      String index = String.valueOf(i);
      if (list.get(i).isObject()) {
        Fields action = new Fields(list.get(i), all.pointer(index), test.faults());
        action(action, "actions[" + index + "]").ifPresent(actions::add);
      } else {
        all.fault(index, "actions[" + index + "] must be " + SHAPE);
      }
    }
    return actions;
  }

  private Optional<TestCase.Action> action(Fields action, String label) {
    action.allow(ACTION);
    if (!action.has("at")) {
      action.fault("at", "at is missing; it is how long after the start of the run");
    }
    Optional<Duration> at = action.duration("at", Duration.ZERO, MockReader.LONGEST);
    List<String> given =
        action.object().propertyNames().stream()
            .filter(name -> ACTION.contains(name) && !name.equals("at"))
            .toList();
    if (given.size() != 1) {
      action.faults().add(action.at(), "an action has one of cancel, pause, resume, skip");
      return Optional.empty();
    }
    String what = given.getFirst();
    Optional<RunEvent> event = event(action, what);
    return at.isEmpty()
        ? Optional.empty()
        : event.map(
            e ->
                new TestCase.Action(
                    at.get(), e, "%s (%s at %s)".formatted(label, what, Durations.show(at.get()))));
  }

  private Optional<RunEvent> event(Fields action, String what) {
    return switch (what) {
      case "cancel" -> action.text("cancel").map(RunEvent.CancelRequested::new);
      case "pause" -> isTrue(action, what) ? Optional.of(new RunEvent.Paused()) : Optional.empty();
      case "resume" ->
          isTrue(action, what) ? Optional.of(new RunEvent.Resumed()) : Optional.empty();
      default -> names.value(action, what).map(node -> new RunEvent.SkipNode(names.number(node)));
    };
  }

  private static boolean isTrue(Fields action, String what) {
    JsonNode given = action.object().path(what);
    boolean isTrue = given.isBoolean() && given.booleanValue();
    if (!isTrue) {
      action.fault(what, what + " must be true");
    }
    return isTrue;
  }
}
