package io.millrace.ops.bench.load;

import java.nio.charset.StandardCharsets;

/** Where requests come from, asked on the event loop thread alone. */
public interface Requests {
  /** The whole of the next request, head and body, as it goes over the wire; not changed later. */
  byte[] next();

  /** The same request again and again. */
  static Requests same(byte[] request) {
    return () -> request;
  }

  /** A GET of a path with its query. */
  static byte[] get(String path) {
    return ("GET " + path + " HTTP/1.1\r\nHost: bench\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
  }

  /** A POST of JSON. */
  static byte[] post(String path, String json) {
    return post(path, json, "");
  }

  /**
   * A POST of JSON.
   *
   * @param headers further lines of the head, each with its CRLF
   */
  static byte[] post(String path, String json, String headers) {
    int length = json.getBytes(StandardCharsets.UTF_8).length;
    return """
        POST %s HTTP/1.1\r
        Host: bench\r
        Content-Type: application/json\r
        Content-Length: %d\r
        %s\r
        %s"""
        .formatted(path, length, headers, json)
        .getBytes(StandardCharsets.UTF_8);
  }
}
