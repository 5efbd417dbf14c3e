package io.millrace.ops.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What every command that runs Millrace itself takes. */
final class ServerOptions {
  static final int DEFAULT_PORT = 8080;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "${env:MILLRACE_DATA:-${sys:user.home}/.millrace}",
      description = "folder of all state; default: MILLRACE_DATA, else .millrace in your home")
  Path data = Path.of(".millrace");

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "port of the HTTP interface; 0 for any free one (default: 8080)")
  @Nullable Integer port;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "any configuration property, such as millrace.worker.drain=60s; repeatable")
  Map<String, String> properties = new LinkedHashMap<>();
}
