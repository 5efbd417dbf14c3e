package io.millrace.ops.bench.stack;

import io.millrace.ops.up.Role;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a host runs, as its command line carries it.
 *
 * @param data folder of the installation, shared by its hosts
 * @param roles that run from start to end; without {@link Role#WORKER}, which has commands
 * @param properties as of {@code up --set}
 */
record HostSettings(Path data, Set<Role> roles, Map<String, String> properties) {
  private static final String NO_ROLE = "none";

  HostSettings {
    roles = Set.copyOf(roles);
    properties = Map.copyOf(properties);
  }

  List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    arguments.add(data.toString());
    arguments.add(
        roles.isEmpty()
            ? NO_ROLE
            : roles.stream().sorted().map(Role::name).collect(Collectors.joining(",")));
    new TreeMap<>(properties).forEach((key, value) -> arguments.add(key + "=" + value));
    return arguments;
  }

  static HostSettings of(List<String> arguments) {
    Set<Role> roles = EnumSet.noneOf(Role.class);
    if (!arguments.get(1).equals(NO_ROLE)) {
      for (String role : arguments.get(1).split(",", -1)) {
        roles.add(Role.valueOf(role.toUpperCase(Locale.ROOT)));
      }
    }
    Map<String, String> properties = new LinkedHashMap<>();
    for (String argument : arguments.subList(2, arguments.size())) {
      String[] parts = argument.split("=", 2);
      properties.put(parts[0], parts[1]);
    }
    return new HostSettings(Path.of(arguments.getFirst()), roles, properties);
  }
}
