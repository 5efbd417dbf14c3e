package io.millrace.ops.cli;

import io.millrace.ops.client.ControlRequest;
import io.millrace.ops.client.MillraceClient;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Cancels a job. */
@Command(
    name = "cancel",
    description = {
      "Cancels a job and its children.",
      "Exit code 0 when it is cancelled, 3 while its worker has yet to stop it, 1 when it had ended"
          + " before."
    })
final class CancelCommand extends ClientCommand {
  @Parameters(paramLabel = "ID", converter = JobId.class, description = "the job's id")
  @Nullable UUID id;

  @Option(names = "--reason", paramLabel = "TEXT", description = "why, kept with the job")
  @Nullable String reason;

  @Override
  int run(MillraceClient client) throws Exception {
    JsonNode answer =
        client.cancel(String.valueOf(id), new ControlRequest().with("reason", reason));
    String state = answer.path("state").asString("");
    boolean runs = state.equals("RUNNING");
    boolean cancelled = answer.path("cancelled").asBoolean(false);
    String sentence =
        cancelled
            ? "cancelled"
            : runs ? "runs; its worker has been told to stop it" : "had ended before: " + state;
    print(List.of(options.json ? answer.toString() : id + " " + sentence));
    return cancelled ? ExitCode.OK : runs ? ExitCode.NOT_FINISHED : ExitCode.JOB_FAILED;
  }
}
