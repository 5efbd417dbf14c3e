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

/** Runs a failed job again. */
@Command(
    name = "retry",
    description = {"Runs a failed job again, its failures forgotten."})
final class RetryCommand extends ClientCommand {
  @Parameters(paramLabel = "ID", converter = JobId.class, description = "the job's id")
  @Nullable UUID id;

  @Option(
      names = "--payload",
      paramLabel = "JSON|@FILE|@-",
      description =
          "a payload instead of its own; @FILE reads it from a file, @- from standard input")
  @Nullable String payload;

  @Override
  int run(MillraceClient client) throws Exception {
    JsonNode answer = client.retry(String.valueOf(id), request(payload));
    print(List.of(options.json ? answer.toString() : id + " " + answer.path("state").asString("")));
    return ExitCode.OK;
  }

  private ControlRequest request(@Nullable String given) throws java.io.IOException {
    try {
      return new ControlRequest()
          .withJson("payload", given == null ? null : PayloadText.read(given, System.in));
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
  }
}
