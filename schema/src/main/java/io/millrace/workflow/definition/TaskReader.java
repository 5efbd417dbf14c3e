package io.millrace.workflow.definition;

import io.millrace.document.Fields;
import io.millrace.workflow.expression.Vocabulary;
import io.millrace.workflow.plan.Expression;
import io.millrace.workflow.plan.Template;
import io.millrace.workflow.plan.Work;
import io.millrace.workflow.plan.WorkflowLimits;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Reads a job or a run of a workflow: once, for each item, or again and again. */
final class TaskReader {
  static final Set<String> FOR_EACH_FIELDS = Set.of("in", "as", "concurrency", "batch", "tolerate");
  static final Set<String> WHILE_FIELDS = Set.of("condition", "max", "carry");
  static final Set<String> CARRY_FIELDS = Set.of("start", "next");
  static final int DEFAULT_CONCURRENCY = 100;

  private static final Pattern NAME = Pattern.compile(WorkflowLimits.NODE_PATTERN);
  private static final Pattern SHARE = Pattern.compile("(\\d{1,3}(?:\\.\\d{1,6})?)%");

  /** Names that already mean something in an expression. */
  private static final Set<String> TAKEN =
      Set.of(
          "input",
          "run",
          "nodes",
          "index",
          "loop",
          "output",
          "true",
          "false",
          "null",
          "in",
          "bool",
          "bytes",
          "double",
          "int",
          "list",
          "map",
          "null_type",
          "string",
          "type",
          "uint");

  private final NodeReader reader;
  private final Fields node;
  private final References references;

  TaskReader(NodeReader reader, Fields node, References references) {
    this.reader = reader;
    this.node = node;
    this.references = references;
  }

  @Nullable Work read() {
    if (node.has("forEach")) {
      return part("forEach", FOR_EACH_FIELDS).map(this::forEach).orElse(null);
    }
    if (node.has("while")) {
      return part("while", WHILE_FIELDS).map(this::loop).orElse(null);
    }
    return task(Vocabulary.NODE);
  }

  private Optional<Fields> part(String field, Set<String> fields) {
    JsonNode given = node.object().path(field);
    if (!given.isObject()) {
      node.fault(field, field + " must be an object");
      return Optional.empty();
    }
    Fields part = new Fields(given, node.pointer(field), node.faults());
    part.allow(fields);
    return Optional.of(part);
  }

  private Work.@Nullable Task task(Vocabulary vocabulary) {
    JsonNode given = node.object().get("with");
    JsonNode payload = given == null ? JsonNodeFactory.instance.objectNode() : given;
    Template template = reader.template(payload, node.pointer("with"), vocabulary);
    Optional<String> type = node.text("type");
    Optional<String> workflow = node.text("workflow");
    workflow.ifPresent(name -> references.workflow(node, name));
    if (template == null || (type.isEmpty() && workflow.isEmpty())) {
      return null;
    }
    return type.isPresent()
        ? new Work.Call(type.get(), template)
        : new Work.SubRun(workflow.orElseThrow(), template);
  }

  private @Nullable Work forEach(Fields each) {
    DefinitionReader.missing(each, "in", "it is an expression for the list of items");
    JsonNode in = each.object().get("in");
    Expression items =
        in == null ? null : reader.expression(in, each.pointer("in"), Vocabulary.NODE);
    String as = as(each);
    int concurrency =
        each.integer("concurrency", 1, WorkflowLimits.MAX_WIDTH).orElse(DEFAULT_CONCURRENCY);
    int batch = each.integer("batch", 1, WorkflowLimits.MAX_WIDTH).orElse(1);
    Work.Tolerance tolerance = tolerance(each);
    Work.Task task = task(Vocabulary.NODE.with(as).with("index"));
    return items == null || task == null
        ? null
        : new Work.ForEach(items, as, concurrency, batch, tolerance, task);
  }

  private static String as(Fields each) {
    String as = each.text("as").orElse("item");
    if (!NAME.matcher(as).matches()) {
      each.fault("as", "as must be a letter or _ and up to 62 more of A-Z, a-z, 0-9 and _");
    } else if (TAKEN.contains(as)) {
      each.fault("as", as + " already means something in an expression; choose another name");
    }
    return as;
  }

  private static Work.Tolerance tolerance(Fields each) {
    JsonNode given = each.object().get("tolerate");
    if (given == null) {
      return Work.Tolerance.NONE;
    }
    if (given.isIntegralNumber()
        && given.canConvertToInt()
        && given.intValue() >= 0
        && given.intValue() <= WorkflowLimits.MAX_WIDTH) {
      return new Work.Tolerance(given.intValue(), 1.0);
    }
    Matcher share = SHARE.matcher(given.isString() ? given.stringValue() : "");
    if (share.matches() && Double.parseDouble(share.group(1)) <= 100) {
      return new Work.Tolerance(WorkflowLimits.MAX_WIDTH, Double.parseDouble(share.group(1)) / 100);
    }
    each.fault(
        "tolerate",
        "tolerate must be a number of tasks, 0 to %d, or a share such as 10%%"
            .formatted(WorkflowLimits.MAX_WIDTH));
    return Work.Tolerance.NONE;
  }

  private @Nullable Work loop(Fields loop) {
    Set<String> names = new HashSet<>(Set.of("round"));
    JsonNode carry = loop.object().get("carry");
    if (carry != null && carry.isObject()) {
      names.addAll(carry.propertyNames());
    }
    Vocabulary inside = Vocabulary.NODE.with("loop", names).with("output");
    DefinitionReader.missing(loop, "condition", "it is worked out before each round");
    JsonNode given = loop.object().get("condition");
    Expression condition =
        given == null ? null : reader.expression(given, loop.pointer("condition"), inside);
    int most =
        loop.integer("max", 1, WorkflowLimits.MAX_ROUNDS).orElse(WorkflowLimits.DEFAULT_ROUNDS);
    Map<String, Work.Carried> carried = carried(loop, carry, inside);
    Work.Task task = task(inside);
    return condition == null || task == null
        ? null
        : new Work.While(condition, most, carried, task);
  }

  private Map<String, Work.Carried> carried(
      Fields loop, @Nullable JsonNode carry, Vocabulary inside) {
    Map<String, Work.Carried> carried = new LinkedHashMap<>();
    if (carry == null) {
      return carried;
    }
    if (!carry.isObject()) {
      loop.fault("carry", "carry must be a map from names to {start, next}");
      return carried;
    }
    Fields all = new Fields(carry, loop.pointer("carry"), node.faults());
    for (Map.Entry<String, JsonNode> one : carry.properties()) {
      String name = one.getKey();
      if (!NAME.matcher(name).matches() || name.equals("round")) {
        all.fault(name, "a carried name is a letter or _ and more of A-Z, a-z, 0-9, _; not round");
      }
      if (one.getValue().isObject()) {
        Fields own = new Fields(one.getValue(), all.pointer(name), node.faults());
        carried(own, inside).ifPresent(value -> carried.put(name, value));
      } else {
        all.fault(name, name + " must be an object with start and next");
      }
    }
    return carried;
  }

  private Optional<Work.Carried> carried(Fields one, Vocabulary inside) {
    one.allow(CARRY_FIELDS);
    DefinitionReader.missing(one, "start", "it is the value in the first round");
    DefinitionReader.missing(one, "next", "it is worked out after each round");
    JsonNode start = one.object().get("start");
    JsonNode next = one.object().get("next");
    if (start == null || next == null) {
      return Optional.empty();
    }
    Template first = reader.template(start, one.pointer("start"), Vocabulary.NODE);
    Template then = reader.template(next, one.pointer("next"), inside);
    return first == null || then == null
        ? Optional.empty()
        : Optional.of(new Work.Carried(first, then));
  }
}
