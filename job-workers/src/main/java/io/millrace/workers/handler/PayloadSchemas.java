package io.millrace.workers.handler;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Reads a type's payload schema from the class path of its handler. */
final class PayloadSchemas {
  private PayloadSchemas() {}

  static String read(Class<?> handler, String type) {
    String name = "/job-types/" + type + ".schema.json";
    try (InputStream in = handler.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(
            "job type " + type + " has no payload schema: put it on the class path as " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + name, e);
    }
  }
}
