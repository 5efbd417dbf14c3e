package io.millrace.ops.cli;

import io.millrace.ops.client.JobStatus;
import io.millrace.ops.client.MillraceClient;
import io.millrace.ops.report.StatusBlock;
import java.io.PrintWriter;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows where a job stands. */
@Command(
    name = "status",
    description = {
      "Shows where a job stands.",
      "Exit code 0 when it succeeded, 1 when it failed, was cancelled or skipped, 3 when it has not"
          + " finished."
    })
final class StatusCommand extends ClientCommand {
  @Parameters(paramLabel = "ID", converter = JobId.class, description = "the job's id")
  @Nullable UUID id;

  @Option(
      names = "--watch",
      description = "follow the job to its end; at a terminal in one line that is redrawn")
  boolean watch;

  @Override
  int run(MillraceClient client) throws Exception {
    String job = String.valueOf(id);
    JobStatus status = watch ? watch(client, job) : client.status(job);
    if (options.json) {
      out().println(status.document());
      out().flush();
    } else if (!watch) {
      print(StatusBlock.lines(status));
    }
    return ExitCode.of(status);
  }

  /** With {@code --json} standard output is for the document alone. */
  private JobStatus watch(MillraceClient client, String job) throws Exception {
    PrintWriter progress = options.json ? err() : out();
    return follow(client, job, progress);
  }
}
