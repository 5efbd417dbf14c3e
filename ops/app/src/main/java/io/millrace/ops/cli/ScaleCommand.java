package io.millrace.ops.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Numbers of workers: what policies would decide. */
@Command(
    name = "scale",
    sortOptions = false,
    description = "Tries policies that scale workers, without a server.",
    subcommands = ScaleSimulateCommand.class,
    synopsisSubcommandLabel = "COMMAND")
final class ScaleCommand implements Runnable {
  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say which: simulate.");
  }
}
