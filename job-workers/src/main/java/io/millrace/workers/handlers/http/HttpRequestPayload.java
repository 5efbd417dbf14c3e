package io.millrace.workers.handlers.http;

import io.millrace.model.ErrorKind;
import io.millrace.workers.handler.JobFailedException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One HTTP request, as submitted.
 *
 * @param method one of {@link #METHODS}; absent means GET
 * @param url absolute; see {@link Target}
 * @param headers at most {@value #MAX_HEADERS}; none that frames or routes the message
 * @param body a string is sent as it is, an object or array as JSON; at most {@value
 *     #MAX_BODY_BYTES} bytes in UTF-8; not with GET and HEAD
 * @param connectTimeoutMillis 1 to {@value #MAX_CONNECT_TIMEOUT_MILLIS}; absent means {@value
 *     #DEFAULT_CONNECT_TIMEOUT_MILLIS}
 * @param readTimeoutMillis from the connection to the last byte, 1 to {@value
 *     #MAX_READ_TIMEOUT_MILLIS}; absent means {@value #DEFAULT_READ_TIMEOUT_MILLIS}
 * @param expectedStatus codes and classes that count as success; see {@link ExpectedStatus}
 */
public record HttpRequestPayload(
    @Nullable String method,
    String url,
    @Nullable Map<String, String> headers,
    @Nullable JsonNode body,
    @Nullable Integer connectTimeoutMillis,
    @Nullable Integer readTimeoutMillis,
    @Nullable List<JsonNode> expectedStatus) {
  static final int MAX_HEADERS = 32;
  static final int MAX_HEADER_VALUE_CHARS = 4_096;
  static final int MAX_BODY_BYTES = 200 * 1024;
  static final int MAX_CONNECT_TIMEOUT_MILLIS = 60_000;
  static final int DEFAULT_CONNECT_TIMEOUT_MILLIS = 5_000;
  static final int MAX_READ_TIMEOUT_MILLIS = 3_600_000;
  static final int DEFAULT_READ_TIMEOUT_MILLIS = 30_000;
  static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  /** They say where a message ends or who may see it; the client alone decides that. */
  static final Set<String> FORBIDDEN_HEADERS =
      Set.of(
          "host",
          "content-length",
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authorization",
          "proxy-authenticate",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "expect",
          "http2-settings");

  private static final Pattern HEADER_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}");
  private static final Pattern HEADER_VALUE = Pattern.compile("[\\t -~]*");

  String verb() {
    return method == null ? "GET" : method;
  }

  Map<String, String> headersOrNone() {
    return headers == null ? Map.of() : headers;
  }

  boolean hasHeader(String name) {
    return headersOrNone().keySet().stream().anyMatch(name::equalsIgnoreCase);
  }

  int connectMillis() {
    return connectTimeoutMillis == null ? DEFAULT_CONNECT_TIMEOUT_MILLIS : connectTimeoutMillis;
  }

  int readMillis() {
    return readTimeoutMillis == null ? DEFAULT_READ_TIMEOUT_MILLIS : readTimeoutMillis;
  }

  boolean hasBody() {
    return body != null && !body.isNull();
  }

  boolean bodyIsText() {
    return body != null && body.isString();
  }

  byte[] bodyBytes() {
    if (body == null || body.isNull()) {
      return new byte[0];
    }
    String text = body.isString() ? body.stringValue() : body.toString();
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Refuses what the schema would have: a payload may come from another job, not a caller. */
  void check() throws JobFailedException {
    require(
        METHODS.contains(verb()),
        "method is not one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
    require(
        headersOrNone().size() <= MAX_HEADERS, "headers has more than " + MAX_HEADERS + " entries");
    for (Map.Entry<String, @Nullable String> header : headersOrNone().entrySet()) {
      checkHeader(header.getKey(), header.getValue());
    }
    require(
        inRange(connectMillis(), MAX_CONNECT_TIMEOUT_MILLIS),
        "connectTimeoutMillis must be 1 to " + MAX_CONNECT_TIMEOUT_MILLIS);
    require(
        inRange(readMillis(), MAX_READ_TIMEOUT_MILLIS),
        "readTimeoutMillis must be 1 to " + MAX_READ_TIMEOUT_MILLIS);
    require(
        !hasBody() || !Set.of("GET", "HEAD").contains(verb()),
        "body is not sent with GET and HEAD");
    require(
        bodyBytes().length <= MAX_BODY_BYTES, "body is longer than " + MAX_BODY_BYTES + " bytes");
  }

  private static void checkHeader(String name, @Nullable String value) throws JobFailedException {
    require(HEADER_NAME.matcher(name).matches(), "headers has a name that is no HTTP field name");
    require(
        !FORBIDDEN_HEADERS.contains(name.toLowerCase(Locale.ROOT)),
        "headers must not set " + name + ": the client sets what frames or routes the message");
    require(
        value != null
            && value.length() <= MAX_HEADER_VALUE_CHARS
            && HEADER_VALUE.matcher(value).matches(),
        "headers has a value for "
            + name
            + " that is not printable ASCII of at most "
            + MAX_HEADER_VALUE_CHARS
            + " characters");
  }

  private static boolean inRange(int millis, int max) {
    return millis >= 1 && millis <= max;
  }

  private static void require(boolean holds, String otherwise) throws JobFailedException {
    if (!holds) {
      throw new JobFailedException(ErrorKind.BAD_PAYLOAD, otherwise);
    }
  }
}
