package io.millrace.ops.bench.suite;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;

/** Of Millrace and its servers, as the build wrote them down. */
final class Versions {
  private Versions() {}

  /** By name. */
  static Map<String, String> read() {
    Properties built = new Properties();
    try (InputStream in =
        Objects.requireNonNull(
            Versions.class.getResourceAsStream("versions.properties"), "versions.properties")) {
      built.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, String> versions = new TreeMap<>();
    for (String name : built.stringPropertyNames()) {
      versions.put(name, built.getProperty(name));
    }
    return versions;
  }
}
