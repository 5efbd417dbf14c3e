package io.millrace.workflow.engine;

import io.millrace.workflow.plan.ExpressionException;
import io.millrace.workflow.plan.Plan;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Works out of which key a run holds or wants a place. */
public final class ConcurrencyKey {
  /** Longest key, in characters. */
  public static final int MAX_CHARS = 500;

  private ConcurrencyKey() {}

  /**
   * The key: a text as it is, another value as JSON.
   *
   * @param input the run's input, as expressions read it
   * @param run what {@code run} holds
   * @throws ExpressionException when it has no value, or one that is too long
   */
  public static String of(
      Plan.Concurrency concurrency, @Nullable Object input, Map<String, @Nullable Object> run)
      throws ExpressionException {
    Object value;
    try {
      value =
          concurrency
              .key()
              .render(
                  name ->
                      switch (name) {
                        case "input" -> input;
                        case "run" -> run;
                        default -> null;
                      });
    } catch (ExpressionException e) {
      throw new ExpressionException("concurrency.key: " + e.getMessage());
    }
    String key = value instanceof String text ? text : JsonText.write(value);
    if (key.length() > MAX_CHARS) {
      throw new ExpressionException(
          "concurrency.key: it has %,d characters; the limit is %,d"
              .formatted(key.length(), MAX_CHARS));
    }
    if (key.indexOf('\0') >= 0) {
      throw new ExpressionException("concurrency.key: it has the character NUL");
    }
    return key;
  }
}
