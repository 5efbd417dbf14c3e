package io.millrace.workflow.expression;

import dev.cel.runtime.ConcatenatedListView;
import java.util.List;
import java.util.Map;

/** What a call costs, known before it is made. Whatever is not named here takes constant time. */
final class Costs {
  /** Longest pattern of {@code matches}, in characters. */
  private static final int MAX_PATTERN_CHARS = 1_000;

  private static final int STEPS_PER_MATCHED_CHAR = 10;
  private static final int COMPARED_PER_STEP = 1_024;

  private Costs() {}

  static void charge(Meter meter, String overload, Object[] arguments) {
    meter.charge(1);
    switch (overload) {
      case "equals", "not_equals", "_==_", "_!=_", "in_list", "@in" -> deep(meter, arguments);
      case "add_list", "_+_" -> lists(meter, arguments);
      case "matches", "matches_string" -> matches(meter, arguments);
      case "contains", "contains_string" -> search(meter, arguments);
      case "list_join_text" -> deep(meter, arguments);
      default -> texts(meter, arguments);
    }
  }

  /** Comparing may look at everything that hangs on both sides. */
  private static void deep(Meter meter, Object[] arguments) {
    for (Object argument : arguments) {
      weigh(meter, argument);
    }
  }

  private static void weigh(Meter meter, Object value) {
    switch (value) {
      case String text -> meter.chargeText(text.length());
      case List<?> list -> {
        meter.charge(1);
        list.forEach(element -> weigh(meter, element));
      }
      case Map<?, ?> map -> {
        meter.charge(1);
        map.forEach(
            (key, element) -> {
              weigh(meter, key);
              weigh(meter, element);
            });
      }
      default -> meter.charge(1);
    }
  }

  /** The list that a macro gathers its result in grows in place. */
  private static void lists(Meter meter, Object[] arguments) {
    texts(meter, arguments);
    for (Object argument : arguments) {
      if (argument instanceof List<?> list && !(argument instanceof ConcatenatedListView<?>)) {
        meter.charge(list.size());
      }
    }
  }

  private static void matches(Meter meter, Object[] arguments) {
    long pattern = length(arguments, 1);
    if (pattern > MAX_PATTERN_CHARS) {
      throw new IllegalArgumentException(
          "the pattern of matches is longer than " + MAX_PATTERN_CHARS + " characters");
    }
    meter.charge(pattern + STEPS_PER_MATCHED_CHAR * length(arguments, 0));
  }

  /** At worst every place is compared with the whole of what is sought. */
  private static void search(Meter meter, Object[] arguments) {
    texts(meter, arguments);
    meter.charge(length(arguments, 0) * length(arguments, 1) / COMPARED_PER_STEP);
  }

  private static void texts(Meter meter, Object[] arguments) {
    for (Object argument : arguments) {
      if (argument instanceof String text) {
        meter.chargeText(text.length());
      }
    }
  }

  private static long length(Object[] arguments, int index) {
    return arguments[index] instanceof String text ? text.length() : 0;
  }
}
