package io.millrace.workflow.expression;

import dev.cel.common.CelErrorCode;
import dev.cel.runtime.CelEvaluationException;
import io.millrace.document.Names;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says what the library says, in words for the author of an expression. */
final class Wording {
  private static final Pattern UNDECLARED = Pattern.compile("undeclared reference to '(.*?)' .*");
  private static final Pattern NO_KEY = Pattern.compile("key '(.*)' is not present in map\\.?");
  private static final Pattern NO_OVERLOAD =
      Pattern.compile("No matching overload for function '(.*?)'.*");

  private Wording() {}

  /** Of a fault that was found while compiling. */
  static String ofIssue(String message) {
    Matcher undeclared = UNDECLARED.matcher(message);
    if (undeclared.matches()) {
      return "there is no function " + undeclared.group(1);
    }
    return message
        .replaceFirst(" expecting \\{.*", "")
        .replaceFirst(" \\(candidates: .*", "")
        .replaceFirst("(?s)\\n.*", "");
  }

  /** Of a value that cannot be worked out. */
  static String of(CelEvaluationException e) {
    String message = firstLine(e).replaceFirst("^evaluation error at <input>:\\d+: ", "");
    return switch (e.getErrorCode()) {
      case CelErrorCode.ATTRIBUTE_NOT_FOUND -> missing(message);
      case CelErrorCode.INDEX_OUT_OF_BOUNDS -> "an index lies outside of its list";
      case CelErrorCode.DIVIDE_BY_ZERO -> "it divides by zero";
      case CelErrorCode.NUMERIC_OVERFLOW -> "a whole number leaves the range of 64 bits";
      case CelErrorCode.ITERATION_BUDGET_EXCEEDED ->
          "all, exists, filter and map take more than " + Meter.MAX_ROUNDS + " rounds together";
      case CelErrorCode.OVERLOAD_NOT_FOUND -> unfit(message);
      default -> message;
    };
  }

  private static String missing(String message) {
    if (message.startsWith("Error resolving field")) {
      return "a field is read of what is not an object";
    }
    Matcher key = NO_KEY.matcher(message);
    return "there is no field " + Names.shown(key.matches() ? key.group(1) : message);
  }

  private static String unfit(String message) {
    Matcher overload = NO_OVERLOAD.matcher(message);
    String function = overload.matches() ? overload.group(1) : "a function";
    return function.startsWith("_")
        ? function.replace("_", "")
            + " does not take values of these types; whole numbers and others do not mix,"
            + " see double() and int()"
        : function + " does not take values of these types";
  }

  /** The first line of an exception's message. */
  static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("it has no value");
  }
}
