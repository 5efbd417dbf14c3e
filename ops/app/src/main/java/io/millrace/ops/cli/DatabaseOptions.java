package io.millrace.ops.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the database is, for commands that speak to it and not to a server. */
final class DatabaseOptions {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "${env:MILLRACE_DATA:-${sys:user.home}/.millrace}",
      description =
          "folder of a running `ops/millrace up`, whose embedded database is used unless another is"
              + " named; default: MILLRACE_DATA, else .millrace in your home")
  Path data = Path.of(".millrace");

  @Option(
      names = "--database-url",
      paramLabel = "URL",
      description = "jdbc:postgresql://host:5432/database; default: MILLRACE_DATABASE_URL")
  @Nullable String url;

  @Option(
      names = "--database-username",
      paramLabel = "NAME",
      description = "default: MILLRACE_DATABASE_USERNAME, else millrace")
  @Nullable String username;

  @Option(
      names = "--database-password",
      paramLabel = "PASSWORD",
      description = "default: MILLRACE_DATABASE_PASSWORD, which other users cannot see in ps")
  @Nullable String password;
}
