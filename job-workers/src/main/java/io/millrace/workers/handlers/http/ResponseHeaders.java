package io.millrace.workers.handlers.http;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.MessageHeaders;

/**
 * The answer's headers that are kept: those a caller acts on. A list of what is good, because
 * nobody can list all that is secret (cookies, tokens, internal host names).
 */
final class ResponseHeaders {
  static final int MAX_VALUE_CHARS = 1_024;

  private static final Set<String> KEPT =
      Set.of(
          "cache-control",
          "content-disposition",
          "content-encoding",
          "content-language",
          "content-length",
          "content-range",
          "content-type",
          "date",
          "deprecation",
          "etag",
          "expires",
          "last-modified",
          "link",
          "location",
          "ratelimit",
          "ratelimit-policy",
          "retry-after",
          "sunset",
          "x-ratelimit-limit",
          "x-ratelimit-remaining",
          "x-ratelimit-reset",
          "x-request-id");

  private ResponseHeaders() {}

  /** Names in lower case; a repeated header's values are joined by commas (RFC 9110, 5.3). */
  static Map<String, String> keep(MessageHeaders message) {
    Map<String, String> kept = new TreeMap<>();
    for (Header header : message.getHeaders()) {
      String name = header.getName().toLowerCase(Locale.ROOT);
      if (KEPT.contains(name) && header.getValue() != null) {
        kept.merge(name, header.getValue(), (first, next) -> cut(first + ", " + next));
      }
    }
    kept.replaceAll((name, value) -> cut(value));
    return kept;
  }

  /** Cuts the value and drops the control characters that PostgreSQL's JSON cannot keep. */
  private static String cut(String value) {
    String clean = value.replaceAll("\\p{Cntrl}", "");
    return clean.length() <= MAX_VALUE_CHARS ? clean : clean.substring(0, MAX_VALUE_CHARS);
  }
}
