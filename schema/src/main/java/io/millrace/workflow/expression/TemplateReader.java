package io.millrace.workflow.expression;

import io.millrace.document.Faults;
import io.millrace.document.Names;
import io.millrace.workflow.expression.JsonTemplate.Fixed;
import io.millrace.workflow.expression.JsonTemplate.Part;
import io.millrace.workflow.expression.TemplateText.Piece;
import io.millrace.workflow.plan.Template;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads one template. Parts without expressions become one value. */
final class TemplateReader {
  private final Expressions expressions;
  private final Vocabulary vocabulary;
  private final Faults faults;
  private final Set<String> nodes = new LinkedHashSet<>();
  private boolean bad;

  TemplateReader(Expressions expressions, Vocabulary vocabulary, Faults faults) {
    this.expressions = expressions;
    this.vocabulary = vocabulary;
    this.faults = faults;
  }

  /** The template; null when something is wrong with it. */
  @Nullable Template read(JsonNode document, String pointer) {
    Part part = part(document, pointer);
    return bad ? null : new JsonTemplate(part, Set.copyOf(nodes));
  }

  private Part part(JsonNode node, String pointer) {
    if (node.isString()) {
      return text(node.stringValue(), pointer);
    }
    if (node.isArray()) {
      return elements(node, pointer);
    }
    return node.isObject() ? members(node, pointer) : new Fixed(JsonValues.of(node));
  }

  private Part elements(JsonNode node, String pointer) {
    List<Part> parts = new ArrayList<>(node.size());
    List<@Nullable Object> values = new ArrayList<>(node.size());
    for (int i = 0; i < node.size(); i++) {
      Part part = part(node.get(i), pointer + "/" + i);
      parts.add(part);
      if (part instanceof Fixed(Object value)) {
        values.add(value);
      }
    }
    return values.size() == parts.size()
        ? new Fixed(Collections.unmodifiableList(values))
        : new JsonTemplate.Elements(parts);
  }

  private Part members(JsonNode node, String pointer) {
    Map<String, Part> parts = new LinkedHashMap<>();
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> member : node.properties()) {
      String name = member.getKey();
      String at = pointer + "/" + Names.escaped(name);
      if (name.contains(TemplateText.OPEN)) {
        fault(at, "a field's name holds no expressions");
      }
      Part part = part(member.getValue(), at);
      parts.put(name, part);
      if (part instanceof Fixed(Object value)) {
        values.put(name, value);
      }
    }
    return values.size() == parts.size()
        ? new Fixed(Collections.unmodifiableMap(values))
        : new JsonTemplate.Members(parts);
  }

  private Part text(String text, String pointer) {
    if (!text.contains(TemplateText.OPEN)) {
      return new Fixed(text);
    }
    try {
      List<Object> pieces = new ArrayList<>();
      for (Piece piece : TemplateText.of(text).pieces()) {
        pieces.add(
            switch (piece) {
              case TemplateText.Plain plain -> plain.text();
              case TemplateText.Source source -> compiled(source.text());
            });
      }
      if (pieces.size() == 1) {
        return pieces.getFirst() instanceof Compiled whole
            ? new JsonTemplate.Whole(whole)
            : new Fixed(pieces.getFirst());
      }
      return new JsonTemplate.Text(List.copyOf(pieces));
    } catch (BadExpressionException e) {
      fault(pointer, e.sentence());
      return new Fixed(null);
    }
  }

  private Compiled compiled(String source) throws BadExpressionException {
    Compiled compiled = expressions.compile(source, vocabulary);
    nodes.addAll(compiled.nodes());
    return compiled;
  }

  private void fault(String pointer, String message) {
    faults.add(pointer, message);
    bad = true;
  }
}
