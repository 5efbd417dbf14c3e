package io.millrace.ops.cli;

import io.millrace.ops.up.Role;
import java.io.PrintWriter;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs Millrace until Ctrl-C. */
@Command(
    name = "up",
    sortOptions = false,
    description = {
      "Runs Millrace until Ctrl-C: PostgreSQL, Kafka, Redis, the API and a worker in one process.",
      "With roles named, only those: start --infra first, then --api and any number of --worker on"
          + " the same --data. Against servers of your own, set millrace.database.url and"
          + " millrace.kafka.bootstrap-servers."
    })
final class UpCommand implements Callable<Integer> {
  @Mixin ServerOptions server = new ServerOptions();

  @Option(names = "--infra", description = "PostgreSQL, Kafka and Redis")
  boolean infra;

  @Option(names = "--api", description = "the HTTP interface")
  boolean api;

  @Option(names = "--worker", description = "a worker; its port answers health only")
  boolean worker;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    Set<Role> roles = roles();
    int port = roles.contains(Role.API) ? ServerOptions.DEFAULT_PORT : 0;
    return Session.run(server, port, roles, out, err, session -> session.awaitEnd());
  }

  private Set<Role> roles() {
    Set<Role> roles = EnumSet.noneOf(Role.class);
    if (infra) {
      roles.add(Role.INFRA);
    }
    if (api) {
      roles.add(Role.API);
    }
    if (worker) {
      roles.add(Role.WORKER);
    }
    return roles.isEmpty() ? EnumSet.allOf(Role.class) : roles;
  }
}
