package io.millrace.ops.cli;

import io.millrace.model.Priority;
import io.millrace.ops.client.JobRequest;
import io.millrace.ops.client.MillraceClient;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Submits one job. */
@Command(
    name = "submit",
    description = {"Submits a job and prints its id.", "The status URL goes to standard error."})
final class SubmitCommand extends ClientCommand {
  @Parameters(paramLabel = "TYPE", description = "the job type, such as dataset.profile")
  String type = "";

  @Option(
      names = "--payload",
      paramLabel = "JSON|@FILE|@-",
      required = true,
      description = "a JSON object; @FILE reads it from a file, @- from standard input")
  String payload = "";

  @Option(names = "--priority", paramLabel = "P", description = "critical, high, normal or low")
  @Nullable Priority priority;

  @Option(names = "--pool", paramLabel = "POOL", description = "the workers that may run it")
  @Nullable String pool;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "longest run of one attempt: 90s, 10m, 2h or PT10M")
  @Nullable String timeout;

  @Option(names = "--max-attempts", paramLabel = "N", description = "attempts in all")
  @Nullable Integer maxAttempts;

  @Mixin final SubmitFlags flags = new SubmitFlags();

  @Option(
      names = "--wait",
      description = "wait for the end, with progress on standard error; exit code 0 or 1")
  boolean wait;

  @Override
  int run(MillraceClient client) throws Exception {
    JobRequest job = request(PayloadText.read(payload, System.in));
    JsonNode accepted = client.submit(job);
    String id = accepted.path("id").asString("");
    out().println(options.json ? accepted : id);
    out().flush();
    err().println(client.jobUri(id));
    err().flush();
    return wait ? ExitCode.of(follow(client, id, err())) : ExitCode.OK;
  }

  private JobRequest request(String json) {
    String level = priority == null ? null : priority.wireName();
    try {
      return new JobRequest(type, json, level, pool, timeout, maxAttempts, flags.options());
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
  }
}
