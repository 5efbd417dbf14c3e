package io.millrace.ops.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program behind {@code ops/millrace}. */
@Command(
    name = "millrace",
    description = "A durable job service: HTTP in, Kafka through, PostgreSQL keeps.",
    synopsisSubcommandLabel = "COMMAND",
    sortOptions = false,
    version = "millrace 0.1.0",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done; the job, where one was asked for, succeeded",
      "1:the job failed, was cancelled or was skipped",
      "2:the command line makes no sense, or a file it names cannot be used",
      "3:the job has not finished",
      "4:the server refused",
      "5:no server answered"
    },
    footerHeading = "%nThe launcher understands more:%n",
    footer = {
      "  --otel             attach the OpenTelemetry agent (also on when",
      "                     OTEL_EXPORTER_OTLP_ENDPOINT or OTEL_TRACES_EXPORTER is set)",
      "  MILLRACE_URL       the server, where --url is not given",
      "  MILLRACE_API_KEY   the API key, where --api-key is not given",
      "  MILLRACE_JAVA_OPTS more options for the JVM",
      "  MILLRACE_JAR       run this jar and build nothing",
      "  MILLRACE_AOT       off: servers start without what train has made",
      "  train              as the command: servers then start in half the time; once after a build"
    })
public final class Main implements Runnable {
  private static final int HELP_COLUMNS = 100;

  /** In the order of the help. */
  private static final List<Class<?>> COMMANDS =
      List.of(
          UpCommand.class,
          DemoCommand.class,
          KeysCommand.class,
          BenchCommand.class,
          SubmitCommand.class,
          StatusCommand.class,
          ResultCommand.class,
          CancelCommand.class,
          RetryCommand.class,
          WhyCommand.class,
          DeadLettersCommand.class,
          WorkflowCommand.class,
          ScaleCommand.class,
          SampleCommand.class,
          TrainCommand.class);

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "print this help")
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "print the version")
  private boolean version;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say which command to run.");
  }

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    int exit =
        commandLine(args)
            .setOut(utf8(FileDescriptor.out))
            .setErr(utf8(FileDescriptor.err))
            .execute(args);
    System.exit(exit);
  }

  /** The whole command tree; tests give it writers of their own. */
  public static CommandLine commandLine() {
    return commandLine(COMMANDS);
  }

  /**
   * The tree that these arguments need: the one command they name, else all of them. To read the
   * annotations of all takes as long as a tenth of a worker's start.
   */
  static CommandLine commandLine(String... args) {
    String named = Arrays.stream(args).filter(arg -> !arg.startsWith("-")).findFirst().orElse("");
    return commandLine(
        COMMANDS.stream()
            .filter(type -> type.getAnnotation(Command.class).name().equals(named))
            .findFirst()
            .<List<Class<?>>>map(List::of)
            .orElse(COMMANDS));
  }

  private static CommandLine commandLine(List<Class<?>> commands) {
    Failures failures = new Failures();
    CommandLine line = new CommandLine(new Main());
    commands.forEach(line::addSubcommand);
    return line.setCaseInsensitiveEnumValuesAllowed(true)
        // @FILE is the payload's own notation
        .setExpandAtFiles(false)
        .setUsageHelpWidth(HELP_COLUMNS)
        .setExecutionExceptionHandler(failures)
        .setParameterExceptionHandler(failures);
  }

  /** UTF-8 whatever the locale says: tables and data sets are full of it. */
  private static PrintWriter utf8(FileDescriptor descriptor) {
    return new PrintWriter(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }
}
