package io.millrace.ops.up;

import io.millrace.local.LocalStack;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/**
 * How to reach the servers of an installation: written by the process that runs them, read by the
 * others. The file is for its owner alone, because the password is in it.
 */
public final class Connections {
  private static final String FILE = "connections.properties";

  private Connections() {}

  static Map<String, Object> of(LocalStack stack) {
    return Map.of(
        "millrace.database.url", stack.jdbcUrl(),
        "millrace.database.username", stack.username(),
        "millrace.database.password", stack.password(),
        "millrace.kafka.bootstrap-servers", stack.bootstrapServers(),
        "millrace.redis.uri", stack.redisUri());
  }

  static void save(Path data, Map<String, Object> connections) throws IOException {
    Properties properties = new Properties();
    connections.forEach((key, value) -> properties.setProperty(key, String.valueOf(value)));
    Path partial =
        Files.createTempFile(
            data,
            FILE,
            null,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (OutputStream out = Files.newOutputStream(partial)) {
      properties.store(out, "written by millrace up; how its other processes reach the servers");
    }
    Files.move(partial, data.resolve(FILE), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }

  /** What was saved; empty when nothing was, and then the configuration has to say it. */
  public static Map<String, Object> load(Path data) throws IOException {
    Path file = data.resolve(FILE);
    if (!Files.isReadable(file)) {
      return Map.of();
    }
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      properties.load(reader);
    }
    Map<String, Object> connections = new HashMap<>();
    properties.forEach((key, value) -> connections.put(String.valueOf(key), value));
    return connections;
  }
}
