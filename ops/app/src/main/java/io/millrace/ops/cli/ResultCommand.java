package io.millrace.ops.cli;

import io.millrace.ops.client.MillraceClient;
import io.millrace.ops.report.ProfileTable;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Prints a job's result. */
@Command(
    name = "result",
    description = {
      "Prints a job's result as indented JSON.",
      "Exit code 1 when the job failed, 3 when it has not finished."
    })
final class ResultCommand extends ClientCommand {
  @Parameters(paramLabel = "ID", converter = JobId.class, description = "the job's id")
  @Nullable UUID id;

  @Option(names = "--table", description = "the result of dataset.profile as a readable table")
  boolean table;

  @Override
  int run(MillraceClient client) throws Exception {
    String job = String.valueOf(id);
    if (options.json) {
      out().println(client.resultText(job));
      out().flush();
      return ExitCode.OK;
    }
    JsonNode result = client.result(job);
    if (!table) {
      out().println(result.toPrettyString());
      out().flush();
      return ExitCode.OK;
    }
    if (!result.path("columns").isArray()) {
      throw usage(
          "This result is not a data set profile, so there is no table for it: leave out --table.");
    }
    print(new ProfileTable(terminal().columns()).lines(result));
    return ExitCode.OK;
  }
}
