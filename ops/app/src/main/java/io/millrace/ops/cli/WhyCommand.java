package io.millrace.ops.cli;

import io.millrace.ops.client.MillraceClient;
import io.millrace.ops.report.WhyBlock;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Says why a job is where it is. */
@Command(
    name = "why",
    description = {"Says in a sentence why a job is where it is."})
final class WhyCommand extends ClientCommand {
  @Parameters(paramLabel = "ID", converter = JobId.class, description = "the job's id")
  @Nullable UUID id;

  @Override
  int run(MillraceClient client) throws Exception {
    JsonNode answer = client.why(String.valueOf(id));
    print(options.json ? List.of(answer.toString()) : WhyBlock.lines(answer));
    return ExitCode.OK;
  }
}
