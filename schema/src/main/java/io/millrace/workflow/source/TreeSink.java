package io.millrace.workflow.source;

import io.millrace.document.Names;
import io.millrace.document.Texts;
import io.millrace.model.Limits;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Builds the tree, and refuses doubled names and what cannot be stored. */
final class TreeSink implements Sink {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Deque<JsonNode> open = new ArrayDeque<>();
  private final Deque<String> names = new ArrayDeque<>();
  private @Nullable JsonNode root;

  /** The tree; null when the text had no value. */
  @Nullable JsonNode root() {
    return root;
  }

  @Override
  public void startObject(Place place) throws MalformedSourceException {
    start(NODES.objectNode(), place);
  }

  @Override
  public void startArray(Place place) throws MalformedSourceException {
    start(NODES.arrayNode(), place);
  }

  private void start(JsonNode container, Place place) throws MalformedSourceException {
    add(container);
    open.push(container);
    if (open.size() > Limits.MAX_JSON_DEPTH) {
      throw new MalformedSourceException(
          place, "the document is nested deeper than " + Limits.MAX_JSON_DEPTH + " levels");
    }
  }

  @Override
  public void name(String name, Place place) throws MalformedSourceException {
    storable(name, place);
    if (open.peek() instanceof ObjectNode object && object.has(name)) {
      throw new MalformedSourceException(
          place, "the field " + Names.shown(name) + " is there twice");
    }
    names.push(name);
  }

  @Override
  public void endObject() {
    open.pop();
  }

  @Override
  public void endArray() {
    open.pop();
  }

  @Override
  public void value(JsonNode value, Place place) throws MalformedSourceException {
    if (value.isString()) {
      storable(value.stringValue(), place);
    }
    add(value);
  }

  private static void storable(String text, Place place) throws MalformedSourceException {
    String fault = Texts.fault(text);
    if (fault != null) {
      throw new MalformedSourceException(place, "the document has " + fault);
    }
  }

  private void add(JsonNode value) {
    switch (open.peek()) {
      case null -> root = value;
      case ObjectNode object -> object.set(names.pop(), value);
      case ArrayNode array -> array.add(value);
      default -> throw new IllegalStateException("a value holds no others");
    }
  }
}
