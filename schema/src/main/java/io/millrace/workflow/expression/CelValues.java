package io.millrace.workflow.expression;

import com.google.common.primitives.UnsignedLong;
import dev.cel.common.values.CelByteString;
import dev.cel.common.values.NullValue;
import io.millrace.workflow.plan.ExpressionException;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns values of JSON into those of CEL and back. What JSON lacks becomes what it is usually
 * written as: an instant and a duration text in ISO 8601, bytes text in Base64.
 */
final class CelValues {
  private CelValues() {}

  /** A value as CEL takes it; lists and maps are turned as they are read. */
  static Object in(@Nullable Object value) {
    return switch (value) {
      case null -> NullValue.NULL_VALUE;
      case List<?> list -> new JsonList(list);
      case Map<?, ?> map -> new JsonMap(map);
      case Number number -> JsonValues.number(number);
      default -> value;
    };
  }

  /** A value of CEL that JSON has none like; any other is given back as it is. */
  static @Nullable Object plain(Object value) throws ExpressionException {
    return switch (value) {
      case NullValue none -> null;
      case UnsignedLong number -> unsigned(number.bigIntegerValue());
      case Instant instant -> instant.toString();
      case Duration duration -> duration.toString();
      case CelByteString bytes -> Base64.getEncoder().encodeToString(bytes.toByteArray());
      default -> value;
    };
  }

  private static Object unsigned(BigInteger value) throws ExpressionException {
    if (value.bitLength() > Long.SIZE - 1) {
      throw new ExpressionException("the value has a number that does not fit into 64 bits");
    }
    return value.longValue();
  }
}
