package io.millrace.workflow.definition;

import io.millrace.document.Durations;
import io.millrace.document.Fields;
import io.millrace.workflow.definition.NodeReader.Named;
import io.millrace.workflow.expression.Vocabulary;
import io.millrace.workflow.plan.Edge;
import io.millrace.workflow.plan.Expression;
import io.millrace.workflow.plan.Template;
import io.millrace.workflow.plan.Work;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads what a node does. */
final class WorkReader {
  static final Set<String> SIGNAL_FIELDS = Set.of("options", "timeout", "default");
  static final Set<String> CASE_FIELDS = Set.of("when", "then");
  static final int MAX_OPTIONS = 100;
  static final int MAX_CASES = 1_000;

  private final NodeReader reader;
  private final Fields node;
  private final References references;

  WorkReader(NodeReader reader, Fields node, References references) {
    this.reader = reader;
    this.node = node;
    this.references = references;
  }

  /** The work; null when something is wrong with it. */
  @Nullable Work read() {
    Optional<String> kind = WorkFields.WORKS.stream().filter(node::has).findFirst();
    if (kind.isEmpty()) {
      return null;
    }
    JsonNode given = node.object().path(kind.get());
    return switch (kind.get()) {
      case "type", "workflow" -> new TaskReader(reader, node, references).read();
      case "signal" -> signal(given);
      case "sleep" -> sleep(given);
      case "until" -> until(given);
      case "switch" -> choice(given);
      default -> {
        Template value = template(given, "transform");
        yield value == null ? null : new Work.Transform(value);
      }
    };
  }

  private @Nullable Template template(JsonNode given, String field) {
    return reader.template(given, node.pointer(field), Vocabulary.NODE);
  }

  private @Nullable Work signal(JsonNode given) {
    if (!given.isObject()) {
      node.fault("signal", "signal must be an object; {} waits for any value");
      return null;
    }
    Fields own = new Fields(given, node.pointer("signal"), node.faults());
    own.allow(SIGNAL_FIELDS);
    Optional<Duration> timeout =
        own.duration("timeout", DefinitionReader.LEAST, DefinitionReader.MOST);
    JsonNode fallback = given.get("default");
    if (fallback != null && !own.has("timeout")) {
      own.fault("default", "default is the output after timeout, and there is no timeout");
    }
    return new Work.Signal(
        options(own),
        timeout.orElse(null),
        fallback == null
            ? null
            : new Work.Fallback(reader.plain(fallback, own.pointer("default"))));
  }

  private List<Object> options(Fields signal) {
    JsonNode given = signal.object().get("options");
    if (given == null) {
      return List.of();
    }
    if (!given.isArray() || given.isEmpty() || given.size() > MAX_OPTIONS) {
      signal.fault("options", "options must be a list of 1 to " + MAX_OPTIONS + " values");
      return List.of();
    }
    List<Object> options = new ArrayList<>(given.size());
    Set<Object> seen = new HashSet<>();
    for (int i = 0; i < given.size(); i++) {
      String at = signal.pointer("options") + "/" + i;
      Object option = reader.plain(given.get(i), at);
      if (option == null) {
        node.faults().add(at, "null cannot be an option");
      } else if (!seen.add(option)) {
        node.faults().add(at, "options has this value twice");
      } else {
        options.add(option);
      }
    }
    return List.copyOf(options);
  }

  private @Nullable Work sleep(JsonNode given) {
    if (!isTemplate(given)) {
      if (given.isNumber()) {
        seconds(given.doubleValue());
      } else {
        node.duration("sleep", Duration.ZERO, DefinitionReader.MOST);
      }
    }
    Template duration = template(given, "sleep");
    return duration == null ? null : new Work.Sleep(duration);
  }

  private void seconds(double seconds) {
    if (!(seconds >= 0 && seconds <= DefinitionReader.MOST.toSeconds())) {
      node.fault("sleep", "sleep must be 0s to " + Durations.show(DefinitionReader.MOST));
    }
  }

  private @Nullable Work until(JsonNode given) {
    if (!isTemplate(given)) {
      node.text("until")
          .filter(text -> !isInstant(text))
          .ifPresent(
              text ->
                  node.fault(
                      "until",
                      "until must be a time with its offset, such as 2030-01-31T08:00:00+01:00"));
    }
    Template instant = template(given, "until");
    return instant == null ? null : new Work.Until(instant);
  }

  private static boolean isInstant(String text) {
    try {
      OffsetDateTime.parse(text);
      return true;
    } catch (DateTimeException e) {
      return false;
    }
  }

  private static boolean isTemplate(JsonNode given) {
    return given.isString() && given.stringValue().contains("${");
  }

  private @Nullable Work choice(JsonNode given) {
    if (!given.isArray() || given.isEmpty() || given.size() > MAX_CASES) {
      node.fault("switch", "switch must be a list of 1 to " + MAX_CASES + " cases {when, then}");
      return null;
    }
    List<Expression> conditions = new ArrayList<>(given.size());
    for (int i = 0; i < given.size(); i++) {
      String at = node.pointer("switch") + "/" + i;
      if (!given.get(i).isObject()) {
        node.faults().add(at, "a case is an object with when and then");
        continue;
      }
      Expression condition = branch(new Fields(given.get(i), at, node.faults()), i);
      if (condition != null) {
        conditions.add(condition);
      }
    }
    JsonNode usual = node.object().get("default");
    if (usual != null) {
      targets(usual, node.pointer("default"), "default", given.size());
    }
    return conditions.size() == given.size() ? new Work.Switch(conditions, usual != null) : null;
  }

  private @Nullable Expression branch(Fields one, int number) {
    one.allow(CASE_FIELDS);
    DefinitionReader.missing(one, "when", "it is the condition of the case");
    DefinitionReader.missing(one, "then", "it names the nodes the case goes on to");
    JsonNode then = one.object().get("then");
    if (then != null) {
      targets(then, one.pointer("then"), "then", number);
    }
    JsonNode when = one.object().get("when");
    return when == null ? null : reader.expression(when, one.pointer("when"), Vocabulary.NODE);
  }

  private void targets(JsonNode given, String pointer, String field, int number) {
    for (Named target : reader.names(given, pointer, field)) {
      reader.lead(target, Edge.Kind.CASE, number);
    }
  }
}
