package io.millrace.workflow.expression;

import io.millrace.document.Texts;
import io.millrace.model.Limits;
import io.millrace.workflow.plan.ExpressionException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Copies values of JSON, within bounds: of size, of depth, and of what the stores can keep. */
final class JsonValues {
  /** Turns what is no value of JSON into one. */
  interface Turn {
    @Nullable Object apply(Object value) throws ExpressionException;
  }

  private final Turn turn;
  private final Meter meter;

  private JsonValues(Turn turn, Meter meter) {
    this.turn = turn;
    this.meter = meter;
  }

  /** A copy of a value, its size taken from the meter. */
  static @Nullable Object copy(@Nullable Object value, Turn turn, Meter meter)
      throws ExpressionException {
    return new JsonValues(turn, meter).copy(value, 0);
  }

  /** A parsed document as a value. */
  static @Nullable Object of(JsonNode node) {
    if (node.isObject()) {
      Map<String, @Nullable Object> map = new LinkedHashMap<>();
      node.properties().forEach(member -> map.put(member.getKey(), of(member.getValue())));
      return Collections.unmodifiableMap(map);
    }
    if (node.isArray()) {
      List<@Nullable Object> list = new ArrayList<>(node.size());
      node.forEach(element -> list.add(of(element)));
      return Collections.unmodifiableList(list);
    }
    if (node.isNumber()) {
      return number(node.decimalValue());
    }
    return node.isNull() ? null : node.isBoolean() ? node.booleanValue() : node.stringValue();
  }

  /** A number as {@link Long} when it is whole and fits, otherwise as {@link Double}. */
  static Object number(Number number) {
    return switch (number) {
      case Long whole -> whole;
      case Double real -> real;
      case Integer whole -> whole.longValue();
      case Short whole -> whole.longValue();
      case Byte whole -> whole.longValue();
      case BigInteger whole when whole.bitLength() < Long.SIZE -> whole.longValue();
      case BigDecimal real when isLong(real) -> real.longValue();
      default -> number.doubleValue();
    };
  }

  private static boolean isLong(BigDecimal real) {
    BigDecimal bare = real.stripTrailingZeros();
    return bare.scale() <= 0
        && bare.precision() - bare.scale() <= 19
        && bare.toBigInteger().bitLength() < Long.SIZE;
  }

  private @Nullable Object copy(@Nullable Object given, int depth) throws ExpressionException {
    if (depth > Limits.MAX_JSON_DEPTH) {
      throw new ExpressionException(
          "the value is nested deeper than " + Limits.MAX_JSON_DEPTH + " levels");
    }
    Object value = given == null ? null : turn.apply(given);
    return switch (value) {
      case null -> counted(null, "null");
      case Boolean flag -> counted(flag, flag.toString());
      case Number number -> finite(number);
      case String text -> text(text);
      case List<?> list -> list(list, depth);
      case Map<?, ?> map -> map(map, depth);
      default -> throw new ExpressionException("the value is a type, which JSON has no form for");
    };
  }

  private @Nullable Object counted(@Nullable Object value, String shown)
      throws ExpressionException {
    meter.room(shown.length() + 1L);
    return value;
  }

  private @Nullable Object finite(Number given) throws ExpressionException {
    Object number = number(given);
    if (number instanceof Double real && !Double.isFinite(real)) {
      throw new ExpressionException("the value has NaN or Infinity, which are no numbers in JSON");
    }
    return counted(number, number.toString());
  }

  private String text(String text) throws ExpressionException {
    meter.room(Texts.jsonBytes(text) + 1);
    String fault = Texts.fault(text);
    if (fault != null) {
      throw new ExpressionException("the value has " + fault);
    }
    return text;
  }

  private List<@Nullable Object> list(List<?> list, int depth) throws ExpressionException {
    meter.room(2);
    List<@Nullable Object> copy = new ArrayList<>();
    for (Object element : list) {
      copy.add(copy(element, depth + 1));
    }
    return Collections.unmodifiableList(copy);
  }

  private Map<String, @Nullable Object> map(Map<?, ?> map, int depth) throws ExpressionException {
    meter.room(2);
    Map<String, @Nullable Object> copy = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (!(entry.getKey() instanceof String name)) {
        throw new ExpressionException("the value has a map whose keys are not texts");
      }
      copy.put(text(name), copy(entry.getValue(), depth + 1));
    }
    return Collections.unmodifiableMap(copy);
  }
}
