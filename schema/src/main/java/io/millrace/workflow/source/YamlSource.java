package io.millrace.workflow.source;

import io.millrace.document.Names;
import io.millrace.workflow.plan.WorkflowLimits;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.CoreScalarResolver;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Reads one document of YAML 1.2 with its core schema, without anchors and tags. */
final class YamlSource {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final CoreScalarResolver RESOLVER = new CoreScalarResolver(false);

  /** What the parser is inside of: a list, or an object where a name or a value comes next. */
  private enum State {
    ARRAY,
    NAME,
    VALUE
  }

  private final Sink sink;
  private final Deque<State> states = new ArrayDeque<>();
  private int documents;

  private YamlSource(Sink sink) {
    this.sink = sink;
  }

  static void read(String text, Sink sink) throws MalformedSourceException {
    LoadSettings settings =
        LoadSettings.builder()
            .setCodePointLimit(WorkflowLimits.MAX_DEFINITION_BYTES)
            .setUseMarks(true)
            .build();
    YamlSource source = new YamlSource(sink);
    try {
      for (Event event : new Parse(settings).parseString(text)) {
        source.take(event);
      }
    } catch (MarkedYamlEngineException e) {
      Place place = e.getProblemMark().map(YamlSource::place).orElse(Place.START);
      throw new MalformedSourceException(place, "this is not valid YAML: " + e.getProblem());
    } catch (YamlEngineException e) {
      throw new MalformedSourceException(
          Place.START, "this is not valid YAML: " + Names.shown(String.valueOf(e.getMessage())));
    }
  }

  private void take(Event event) throws MalformedSourceException {
    Place place = event.getStartMark().map(YamlSource::place).orElse(Place.START);
    switch (event.getEventId()) {
      case DocumentStart -> {
        documents++;
        if (documents > 1) {
          throw new MalformedSourceException(place, "one document is taken, here a second starts");
        }
      }
      case Alias ->
          throw new MalformedSourceException(
              place, "aliases (*%s) are not taken here".formatted(((AliasEvent) event).getAlias()));
      case Scalar -> scalar((ScalarEvent) event, place);
      case MappingStart -> start((CollectionStartEvent) event, State.NAME, place);
      case SequenceStart -> start((CollectionStartEvent) event, State.ARRAY, place);
      case MappingEnd -> {
        states.pop();
        sink.endObject();
      }
      case SequenceEnd -> {
        states.pop();
        sink.endArray();
      }
      case StreamStart, StreamEnd, DocumentEnd, Comment -> {}
    }
  }

  private void start(CollectionStartEvent event, State state, Place place)
      throws MalformedSourceException {
    check(event, event.getTag(), place);
    if (states.peek() == State.NAME) {
      throw new MalformedSourceException(place, "a field's name must be a text");
    }
    afterValue();
    states.push(state);
    if (state == State.ARRAY) {
      sink.startArray(place);
    } else {
      sink.startObject(place);
    }
  }

  private void scalar(ScalarEvent event, Place place) throws MalformedSourceException {
    check(event, event.getTag(), place);
    JsonNode value =
        event.isPlain() ? plain(event.getValue(), place) : NODES.stringNode(event.getValue());
    if (states.peek() != State.NAME) {
      afterValue();
      sink.value(value, place);
      return;
    }
    if (!value.isString()) {
      throw new MalformedSourceException(
          place,
          "a field's name must be a text; put " + Names.shown(event.getValue()) + " in quotes");
    }
    states.pop();
    states.push(State.VALUE);
    sink.name(value.stringValue(), place);
  }

  private void afterValue() {
    if (states.peek() == State.VALUE) {
      states.pop();
      states.push(State.NAME);
    }
  }

  private static void check(NodeEvent event, Optional<String> tag, Place place)
      throws MalformedSourceException {
    if (event.getAnchor().isPresent()) {
      throw new MalformedSourceException(
          place, "anchors (&%s) are not taken here".formatted(event.getAnchor().get()));
    }
    if (tag.isPresent()) {
      throw new MalformedSourceException(
          place, "tags (%s) are not taken here".formatted(Names.shown(tag.get())));
    }
  }

  private static JsonNode plain(String text, Place place) throws MalformedSourceException {
    Tag tag = RESOLVER.resolve(text, true);
    if (tag.equals(Tag.NULL)) {
      return NODES.nullNode();
    }
    if (tag.equals(Tag.BOOL)) {
      return NODES.booleanNode(text.equalsIgnoreCase("true"));
    }
    if (tag.equals(Tag.INT)) {
      return whole(text, place);
    }
    if (tag.equals(Tag.FLOAT)) {
      if (text.matches("(?i)[-+]?\\.(inf|nan)")) {
        throw new MalformedSourceException(place, text + " is no number in JSON");
      }
      return Numbers.of(text, place);
    }
    return NODES.stringNode(text);
  }

  private static JsonNode whole(String text, Place place) throws MalformedSourceException {
    if (text.startsWith("0x") || text.startsWith("0o")) {
      if (text.length() > Numbers.MAX_CHARS) {
        return Numbers.of(text, place);
      }
      int radix = text.charAt(1) == 'x' ? 16 : 8;
      return Numbers.of(new BigDecimal(new BigInteger(text.substring(2), radix)), place);
    }
    return Numbers.of(text, place);
  }

  private static Place place(Mark mark) {
    return new Place(mark.getLine() + 1, mark.getColumn() + 1);
  }
}
