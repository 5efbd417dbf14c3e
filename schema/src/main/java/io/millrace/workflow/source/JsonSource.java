package io.millrace.workflow.source;

import io.millrace.workflow.plan.WorkflowLimits;
import java.math.BigDecimal;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.node.JsonNodeFactory;

/** Reads JSON (RFC 8259). */
final class JsonSource {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(WorkflowLimits.MAX_DEFINITION_BYTES)
                  .maxNameLength(WorkflowLimits.MAX_DEFINITION_BYTES)
                  .maxNumberLength(Numbers.MAX_CHARS)
                  .build())
          .build();

  private JsonSource() {}

  /**
   * Reads a text.
   *
   * @return whether it is JSON to its end; when not, the sink has been given a part of it
   * @throws MalformedSourceException from the sink
   */
  static boolean read(String text, Sink sink) throws MalformedSourceException {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      int depth = 0;
      do {
        JsonToken token = parser.nextToken();
        if (token == null) {
          return false;
        }
        give(parser, token, sink);
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
      } while (depth > 0);
      return parser.nextToken() == null;
    } catch (JacksonException e) {
      return false;
    }
  }

  private static void give(JsonParser parser, JsonToken token, Sink sink)
      throws MalformedSourceException {
    TokenStreamLocation location = parser.currentTokenLocation();
    Place place = new Place(location.getLineNr(), location.getColumnNr());
    switch (token) {
      case START_OBJECT -> sink.startObject(place);
      case END_OBJECT -> sink.endObject();
      case START_ARRAY -> sink.startArray(place);
      case END_ARRAY -> sink.endArray();
      case PROPERTY_NAME -> sink.name(parser.currentName(), place);
      case VALUE_STRING -> sink.value(NODES.stringNode(parser.getString()), place);
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
          sink.value(Numbers.of(new BigDecimal(parser.getString()), place), place);
      case VALUE_TRUE, VALUE_FALSE ->
          sink.value(NODES.booleanNode(token == JsonToken.VALUE_TRUE), place);
      case VALUE_NULL -> sink.value(NODES.nullNode(), place);
      case NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
          throw new IllegalStateException("no token of a text");
    }
  }
}
