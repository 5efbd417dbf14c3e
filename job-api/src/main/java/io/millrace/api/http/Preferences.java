package io.millrace.api.http;

import io.millrace.model.Limits;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Collections;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The preference {@code wait} of RFC 7240, section 4.3. A preference that makes no sense is
 * ignored, as the RFC asks; of several the first counts, and one above the limit is shortened.
 */
final class Preferences {
  private static final Pattern WAIT =
      Pattern.compile("\\s*wait\\s*=\\s*(\"?)([0-9]{1,9})\\1\\s*", Pattern.CASE_INSENSITIVE);

  private Preferences() {}

  /** How many seconds the caller would wait, at most {@link Limits#MAX_WAIT_SECONDS}. */
  static OptionalInt waitSeconds(HttpServletRequest request) {
    for (String line : Collections.list(request.getHeaders("Prefer"))) {
      for (String preference : line.split(",", -1)) {
        Matcher wait = WAIT.matcher(preference.split(";", 2)[0]);
        if (wait.matches()) {
          return OptionalInt.of(Math.min(Limits.MAX_WAIT_SECONDS, Integer.parseInt(wait.group(2))));
        }
      }
    }
    return OptionalInt.empty();
  }

  /** Says that the preference was followed. */
  static void applied(HttpServletResponse response, int seconds) {
    response.setHeader("Preference-Applied", "wait=" + seconds);
    response.addHeader("Vary", "Prefer");
  }
}
