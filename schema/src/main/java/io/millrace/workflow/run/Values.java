package io.millrace.workflow.run;

import io.millrace.model.Limits;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON values as bytes, for the variables that a {@code while} carries in the run's state. */
final class Values {
  /** Most bytes of one node's variables: they are written with each step of the run. */
  static final int MAX_BYTES = 64 * 1024;

  /** Deepest nesting; more would not fit a payload either. */
  static final int MAX_DEPTH = Limits.MAX_JSON_DEPTH;

  private static final int NULL = 0;
  private static final int FALSE = 1;
  private static final int TRUE = 2;
  private static final int LONG = 3;
  private static final int DOUBLE = 4;
  private static final int TEXT = 5;
  private static final int LIST = 6;
  private static final int MAP = 7;

  /** A value has too many bytes or is nested too deeply. */
  static final class TooLargeException extends Exception {
    private static final long serialVersionUID = 1L;

    TooLargeException(String message) {
      super(message);
    }
  }

  private Values() {}

  static byte[] write(@Nullable Object value) throws TooLargeException {
    StateWriter out = new StateWriter();
    write(out, value, 0);
    return out.toBytes();
  }

  private static void write(StateWriter out, @Nullable Object value, int depth)
      throws TooLargeException {
    switch (value) {
      case null -> out.octet(NULL);
      case Boolean truth -> out.octet(truth ? TRUE : FALSE);
      case Long number -> {
        out.octet(LONG);
        out.fixed(number);
      }
      case Double number -> {
        out.octet(DOUBLE);
        out.fixed(Double.doubleToRawLongBits(number));
      }
      case String text -> {
        out.octet(TEXT);
        out.text(text);
      }
      case List<?> list -> {
        out.octet(LIST);
        out.number(list.size());
        for (Object item : list) {
          write(out, item, deeper(depth));
        }
      }
      case Map<?, ?> map -> {
        out.octet(MAP);
        out.number(map.size());
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          out.text((String) entry.getKey());
          write(out, entry.getValue(), deeper(depth));
        }
      }
      default -> throw new IllegalArgumentException("no value of JSON: " + value.getClass());
    }
    if (out.size() > MAX_BYTES) {
      throw new TooLargeException("more than " + MAX_BYTES + " bytes");
    }
  }

  private static int deeper(int depth) throws TooLargeException {
    if (depth == MAX_DEPTH) {
      throw new TooLargeException("nested deeper than " + MAX_DEPTH);
    }
    return depth + 1;
  }

  static @Nullable Object read(byte[] bytes) {
    StateReader in = new StateReader(bytes);
    Object value = read(in, 0);
    in.finish();
    return value;
  }

  private static @Nullable Object read(StateReader in, int depth) {
    if (depth > MAX_DEPTH) {
      throw new BadRunStateException("a value is nested deeper than " + MAX_DEPTH);
    }
    int kind = in.octet();
    return switch (kind) {
      case NULL -> null;
      case FALSE -> false;
      case TRUE -> true;
      case LONG -> in.fixed();
      case DOUBLE -> Double.longBitsToDouble(in.fixed());
      case TEXT -> in.text();
      case LIST -> list(in, depth);
      case MAP -> map(in, depth);
      default -> throw new BadRunStateException("no value has kind " + kind);
    };
  }

  private static List<@Nullable Object> list(StateReader in, int depth) {
    int size = in.number("the size of a list", MAX_BYTES);
    List<@Nullable Object> list = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      list.add(read(in, depth + 1));
    }
    return list;
  }

  private static Map<String, @Nullable Object> map(StateReader in, int depth) {
    int size = in.number("the size of a map", MAX_BYTES);
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    for (int i = 0; i < size; i++) {
      map.put(in.text(), read(in, depth + 1));
    }
    return map;
  }
}
