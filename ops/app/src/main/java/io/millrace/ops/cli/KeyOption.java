package io.millrace.ops.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The API key a command sends; never printed, neither in a help text nor in a failure. */
final class KeyOption {
  private static final String VARIABLE = "MILLRACE_API_KEY";

  @Option(
      names = "--api-key",
      paramLabel = "KEY",
      description = "the API key; default: " + VARIABLE + ", which other users cannot see in ps")
  @Nullable String given;

  /** The key to send with this command, or null when there is none. */
  @Nullable String key(CommandSpec command) {
    String key = given == null ? System.getenv(VARIABLE) : given;
    if (key == null || key.isBlank()) {
      return null;
    }
    String text = key.strip();
    if (!text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new ParameterException(
          command.commandLine(),
          "The API key of "
              + (given == null ? VARIABLE : "--api-key")
              + " has characters that no key has; it looks like mr_<id>_<secret>.");
    }
    return text;
  }
}
