package io.millrace.ops.workflow;

import io.millrace.document.CanonicalJson;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** JSON as files have it, trees, and as expressions have it, plain values. */
final class JsonTree {
  private static final int MAX_SHOWN_CHARS = 200;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private JsonTree() {}

  /** Whole numbers within its range are {@link Long}, all others {@link Double}. */
  static @Nullable Object value(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        node.properties().forEach(member -> map.put(member.getKey(), value(member.getValue())));
        yield Collections.unmodifiableMap(map);
      }
      case ARRAY -> {
        List<@Nullable Object> list = new ArrayList<>(node.size());
        node.forEach(element -> list.add(value(element)));
        yield Collections.unmodifiableList(list);
      }
      case NUMBER ->
          node.isIntegralNumber() && node.canConvertToLong()
              ? (Object) node.longValue()
              : (Object) node.doubleValue();
      case BOOLEAN -> node.booleanValue();
      case STRING -> node.stringValue();
      case NULL, MISSING -> null;
      case BINARY, POJO -> throw new IllegalArgumentException("no JSON: " + node.getNodeType());
    };
  }

  static JsonNode tree(@Nullable Object value) {
    return value == null ? JsonNodeFactory.instance.nullNode() : JSON.valueToTree(value);
  }

  /** Whether they are the same JSON: 1 and 1.0 are one number, members have no order. */
  static boolean same(JsonNode one, JsonNode other) {
    return CanonicalJson.of(one).equals(CanonicalJson.of(other));
  }

  /** A value in a message, on one line and not long. */
  static String shown(JsonNode value) {
    String text = value.toString();
    return text.length() <= MAX_SHOWN_CHARS ? text : text.substring(0, MAX_SHOWN_CHARS) + "…";
  }
}
