package io.millrace.workflow.source;

import java.math.BigDecimal;
import java.math.BigInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Reads numbers, all of whose digits are kept. Whole ones are integers however written: 1.0, 1e0.
 */
final class Numbers {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  static final int MAX_CHARS = 100;
  private static final int MAX_EXPONENT = 200;

  private Numbers() {}

  /** A number within what every store downstream takes. */
  static JsonNode of(String digits, Place place) throws MalformedSourceException {
    if (digits.length() > MAX_CHARS) {
      throw new MalformedSourceException(
          place, "the document has a number longer than " + MAX_CHARS + " characters");
    }
    return of(new BigDecimal(digits), place);
  }

  static JsonNode of(BigDecimal number, Place place) throws MalformedSourceException {
    if (Math.abs((long) number.precision() - number.scale()) > MAX_EXPONENT) {
      throw new MalformedSourceException(
          place, "the document has a number with an exponent beyond " + MAX_EXPONENT);
    }
    BigDecimal bare = number.stripTrailingZeros();
    if (bare.scale() > 0) {
      return NODES.numberNode(number);
    }
    BigInteger whole = bare.toBigInteger();
    return whole.bitLength() < Integer.SIZE
        ? NODES.numberNode(whole.intValue())
        : NODES.numberNode(whole);
  }
}
