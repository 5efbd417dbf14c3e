package io.millrace.ops.up;

import io.millrace.boot.Checked;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * What to run.
 *
 * @param data folder of all state; the roles of one installation share it
 * @param port of the HTTP interface or of a lone worker's health, 0 to 65535; 0 for any free one
 * @param roles at least one
 * @param properties {@code millrace.*} and Spring Boot properties that win over all others
 */
public record UpSettings(Path data, int port, Set<Role> roles, Map<String, String> properties) {
  public UpSettings {
    data = data.toAbsolutePath().normalize();
    Checked.range("--port", port, 0, 65_535, "that is what a port can be");
    roles = Set.copyOf(roles);
    properties = Map.copyOf(properties);
  }
}
