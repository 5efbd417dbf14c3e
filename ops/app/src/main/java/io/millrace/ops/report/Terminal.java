package io.millrace.ops.report;

import java.io.Console;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the output goes.
 *
 * @param interactive true when a person watches: lines may be redrawn
 * @param columns the width to fit, {@value #MIN_COLUMNS} to {@value #MAX_COLUMNS}
 */
public record Terminal(boolean interactive, int columns) {
  public static final int MIN_COLUMNS = 60;
  public static final int MAX_COLUMNS = 240;

  /** The width where nobody says: fits a log viewer and half a wide screen. */
  public static final int DEFAULT_COLUMNS = 110;

  public Terminal {
    columns = Math.clamp(columns, MIN_COLUMNS, MAX_COLUMNS);
  }

  /** Asks the JDK for a console and the environment for {@code COLUMNS}. */
  public static Terminal detect(Map<String, String> environment) {
    Console console = System.console();
    return new Terminal(
        console != null && console.isTerminal(), columns(environment.get("COLUMNS")));
  }

  /** A file or a pipe of the default width. */
  public static Terminal file() {
    return new Terminal(false, DEFAULT_COLUMNS);
  }

  private static int columns(@Nullable String text) {
    if (text == null || !text.matches("[1-9][0-9]{0,3}")) {
      return DEFAULT_COLUMNS;
    }
    return Integer.parseInt(text);
  }
}
