package io.millrace.ops.cli;

import io.millrace.ops.workflow.DefinitionFile;
import io.millrace.ops.workflow.Loaded;
import io.millrace.ops.workflow.TestSuite;
import io.millrace.workflow.diagram.Dot;
import io.millrace.workflow.diagram.Mermaid;
import io.millrace.workflow.plan.Plan;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Definitions of workflows, without a server. */
@Command(
    name = "workflow",
    sortOptions = false,
    description = {
      "Checks, draws and tests definitions of workflows, YAML or JSON. Asks no server: names of job"
          + " types, pools and other workflows stay unchecked."
    },
    synopsisSubcommandLabel = "COMMAND")
final class WorkflowCommand implements Runnable {
  private static final int VERSION_CHARS = 12;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  /** The languages of diagrams. */
  enum Format {
    MERMAID,
    DOT
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say which: check, graph or test.");
  }

  @Command(
      name = "check",
      sortOptions = false,
      description = "Prints all that is wrong with definitions, by line.",
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {
        "0:all are fit to be registered",
        "1:one has a fault",
        "2:a file cannot be read"
      })
  int check(
      @Parameters(paramLabel = "FILE", arity = "1..*", description = "the definitions")
          List<Path> files) {
    int worst = ExitCode.OK;
    for (Path file : files) {
      worst = Math.max(worst, check(file));
    }
    return worst;
  }

  private int check(Path file) {
    try {
      return switch (DefinitionFile.read(file)) {
        case Loaded.Good<Plan>(Plan plan) -> {
          int nodes = plan.main().nodes().size() + plan.compensation().nodes().size();
          String version = plan.version().substring(0, VERSION_CHARS);
          out()
              .printf(
                  "%s: ok, %d %s, version %s%n",
                  file, nodes, nodes == 1 ? "node" : "nodes", version);
          yield ExitCode.OK;
        }
        case Loaded.Bad<Plan>(var lines) -> {
          lines.forEach(out()::println);
          yield ExitCode.JOB_FAILED;
        }
      };
    } catch (IOException e) {
      return refuse(List.of(Failures.file(e)));
    }
  }

  @Command(name = "graph", sortOptions = false, description = "Prints a definition as a diagram.")
  int graph(
      @Parameters(paramLabel = "FILE", description = "the definition") Path file,
      @Option(
              names = "--format",
              paramLabel = "FORMAT",
              defaultValue = "mermaid",
              description = "mermaid (default) or dot, the language of Graphviz")
          Format format)
      throws IOException {
    return switch (DefinitionFile.read(file)) {
      case Loaded.Good<Plan>(Plan plan) -> {
        String text =
            switch (format) {
              case MERMAID -> Mermaid.of(plan, Map.of());
              case DOT -> Dot.of(plan, Map.of());
            };
        out().print(text);
        out().flush();
        yield ExitCode.OK;
      }
      case Loaded.Bad<Plan>(var lines) -> refuse(lines);
    };
  }

  @Command(
      name = "test",
      sortOptions = false,
      description = {
        "Runs a definition by cases: jobs are played by mocks, and days pass in milliseconds.",
        "See docs/workflow-testing.md."
      },
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {
        "0:all cases passed",
        "1:one failed",
        "2:a file cannot be read, or has faults"
      })
  int test(
      @Parameters(index = "0", paramLabel = "FILE", description = "the definition") Path file,
      @Parameters(index = "1", paramLabel = "CASES", description = "the cases, YAML or JSON")
          Path cases)
      throws IOException {
    return switch (DefinitionFile.read(file)) {
      case Loaded.Good<Plan>(Plan plan) ->
          switch (TestSuite.read(cases, plan)) {
            case Loaded.Good<TestSuite>(TestSuite suite) ->
                suite.run(out()::println) == 0 ? ExitCode.OK : ExitCode.JOB_FAILED;
            case Loaded.Bad<TestSuite>(var lines) -> refuse(lines);
          };
      case Loaded.Bad<Plan>(var lines) -> refuse(lines);
    };
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private int refuse(List<String> lines) {
    PrintWriter err = spec.commandLine().getErr();
    lines.forEach(err::println);
    err.flush();
    return ExitCode.USAGE;
  }
}
