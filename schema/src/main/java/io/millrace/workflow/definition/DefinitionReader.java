package io.millrace.workflow.definition;

import io.millrace.document.Faults;
import io.millrace.document.Fields;
import io.millrace.document.Names;
import io.millrace.document.NearName;
import io.millrace.model.Limits;
import io.millrace.workflow.expression.Expressions;
import io.millrace.workflow.expression.Vocabulary;
import io.millrace.workflow.plan.Graph;
import io.millrace.workflow.plan.Plan;
import io.millrace.workflow.plan.Template;
import io.millrace.workflow.plan.WorkflowLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads one definition. */
final class DefinitionReader {
  static final Set<String> FIELDS =
      Set.of("nodes", "description", "input", "output", "timeout", "concurrency", "onFailure");
  static final Set<String> CONCURRENCY_FIELDS = Set.of("key", "limit");
  static final int MAX_DESCRIPTION_CHARS = 2_000;
  static final int MAX_CONCURRENCY = 1_000;
  static final Duration LEAST = Duration.ofMillis(1);
  static final Duration MOST = Duration.ofMillis(Limits.MAX_AHEAD_MILLIS);

  private static final Pattern NODE_NAME = Pattern.compile(WorkflowLimits.NODE_PATTERN);

  private final String workflow;
  private final References references;
  private final Faults faults;
  private final Expressions expressions;
  private final Set<String> names = new HashSet<>();

  DefinitionReader(String workflow, @Nullable Catalogue catalogue, Faults faults) {
    this.workflow = workflow;
    this.references = new References(catalogue, workflow);
    this.faults = faults;
    this.expressions = new Expressions(faults);
  }

  /** The plan; null when something is wrong. */
  @Nullable Plan read(JsonNode definition, String canonical) {
    if (!definition.isObject()) {
      faults.add("#", "a definition is an object with nodes");
      return null;
    }
    Fields fields = new Fields(definition, "#", faults);
    fields.allow(FIELDS);
    description(fields);
    String inputSchema = input(fields);
    Optional<Duration> timeout = fields.duration("timeout", LEAST, MOST);
    Plan.Concurrency concurrency = concurrency(fields);
    List<Draft> main = nodes(fields, "nodes");
    List<Draft> compensation = nodes(fields, "onFailure");
    JsonNode output = definition.get("output");
    Template result =
        output == null ? null : expressions.template(output, "#/output", Vocabulary.NODE);
    if (main.isEmpty()) {
      if (!fields.has("nodes")) {
        fields.fault("nodes", "nodes is missing; it is a map from names to nodes, at least one");
      }
      return null;
    }
    long links = Stream.of(main, compensation).flatMap(List::stream).mapToLong(Draft::ways).sum();
    if (links > WorkflowLimits.MAX_EDGES) {
      faults.add("#/nodes", "a definition has at most " + WorkflowLimits.MAX_EDGES + " ways");
      return null;
    }
    Wiring wiring = new Wiring(main, compensation, faults);
    Graph first = wiring.main();
    Graph second = wiring.compensation();
    if (result != null) {
      wiring.checkOutput(result.nodes());
    }
    return first == null || second == null
        ? null
        : new Plan(
            workflow,
            Definitions.version(canonical),
            first,
            second,
            result,
            inputSchema,
            timeout.orElse(null),
            concurrency);
  }

  private void description(Fields fields) {
    Optional<String> text = fields.text("description");
    if (text.isPresent() && text.get().length() > MAX_DESCRIPTION_CHARS) {
      fields.fault(
          "description",
          "description has %d characters; at most %d are kept"
              .formatted(text.get().length(), MAX_DESCRIPTION_CHARS));
    }
  }

  private @Nullable String input(Fields fields) {
    JsonNode schema = fields.object().get("input");
    if (schema == null) {
      return null;
    }
    if (!schema.isObject()) {
      fields.fault("input", "input must be an object, a JSON Schema of the run's input");
    }
    return schema.toString();
  }

  private Plan.@Nullable Concurrency concurrency(Fields fields) {
    JsonNode given = fields.object().get("concurrency");
    if (given == null) {
      return null;
    }
    if (!given.isObject()) {
      fields.fault("concurrency", "concurrency must be an object with key and limit");
      return null;
    }
    Fields own = new Fields(given, fields.pointer("concurrency"), faults);
    own.allow(CONCURRENCY_FIELDS);
    Optional<String> key = own.text("key");
    OptionalInt limit = own.integer("limit", 1, MAX_CONCURRENCY);
    missing(own, "key", "it is a text such as ${input.customer}");
    missing(own, "limit", "it is how many runs of a key may be open at once");
    if (key.isEmpty() || limit.isEmpty()) {
      return null;
    }
    Template template = expressions.template(given.get("key"), own.pointer("key"), Vocabulary.RUN);
    return template == null ? null : new Plan.Concurrency(template, limit.getAsInt());
  }

  static void missing(Fields fields, String name, String what) {
    if (!fields.has(name)) {
      fields.fault(name, name + " is missing; " + what);
    }
  }

  private List<Draft> nodes(Fields fields, String field) {
    JsonNode given = fields.object().get(field);
    if (given == null) {
      return List.of();
    }
    if (!given.isObject() || given.isEmpty()) {
      fields.fault(field, field + " must be a map from names to nodes, at least one");
      return List.of();
    }
    if (given.size() > WorkflowLimits.MAX_NODES - names.size()) {
      fields.fault(field, "a definition has at most " + WorkflowLimits.MAX_NODES + " nodes");
      return List.of();
    }
    Fields nodes = new Fields(given, fields.pointer(field), faults);
    List<Draft> drafts = new ArrayList<>(given.size());
    for (Map.Entry<String, JsonNode> node : given.properties()) {
      name(nodes, node.getKey());
      if (node.getValue().isObject()) {
        Fields own = new Fields(node.getValue(), nodes.pointer(node.getKey()), faults);
        drafts.add(new NodeReader(own, expressions, references).read(node.getKey()));
      } else {
        nodes.fault(node.getKey(), "a node is an object, such as {type: echo}");
        drafts.add(NodeReader.broken(node.getKey(), nodes.pointer(node.getKey())));
      }
    }
    return drafts;
  }

  private void name(Fields nodes, String name) {
    if (!NODE_NAME.matcher(name).matches()) {
      nodes.fault(name, "a node's name is a letter or _ and up to 62 more of A-Z, a-z, 0-9 and _");
    }
    if (!names.add(name)) {
      nodes.fault(name, "nodes has a node of this name too; names are unique over both maps");
    }
  }

  /** A hint at a name that exists. */
  static String near(String name, Set<String> known) {
    return NearName.of(name, known).map(near -> "; did you mean " + near + "?").orElse("");
  }

  static String shown(String name) {
    return Names.shown(name);
  }
}
