package io.millrace.ops.cli;

import io.millrace.ops.client.ClientException;
import io.millrace.ops.client.JobRequest;
import io.millrace.ops.client.MillraceClient;
import io.millrace.ops.report.Terminal;
import io.millrace.ops.up.Role;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Does once what a server does, and ends: the launcher has the JVM write down meanwhile which
 * classes that took and how their methods ran, for quicker starts from then on.
 */
@Command(
    name = "train",
    hidden = true,
    sortOptions = false,
    description = {
      "For the launcher: runs Millrace in a new data folder, with a few hundred jobs, and ends."
    })
final class TrainCommand implements Callable<Integer> {
  /** Enough that the methods of a job's way through the service count as hot. */
  private static final int JOBS = 400;

  private static final int MOST_JOBS = 1_000_000;

  @Option(names = "--jobs", paramLabel = "N", description = "jobs to run (default: 400)")
  int jobs = JOBS;

  @Mixin ServerOptions server = new ServerOptions();

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    if (jobs < 1 || jobs > MOST_JOBS) {
      throw new ParameterException(
          spec.commandLine(), "--jobs is " + jobs + ", but must be 1 to " + MOST_JOBS + ".");
    }
    if (Files.exists(server.data)) {
      throw new ParameterException(
          spec.commandLine(), "--data names " + server.data + ", but must name a new folder.");
    }
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    return Session.run(server, 0, EnumSet.allOf(Role.class), out, err, this::work);
  }

  private int work(Session session) throws Exception {
    try (MillraceClient client = new MillraceClient(session.url())) {
      String last = "";
      for (int i = 0; i < jobs; i++) {
        last = submit(client, "echo", "{}");
      }
      int code = finish(client, last);
      return code == ExitCode.OK ? profile(client) : code;
    }
  }

  /** The other way through a worker: a file, and a thread for what is CPU-bound. */
  private int profile(MillraceClient client) throws Exception {
    Path file = Files.writeString(server.data.resolve("train.csv"), "a,b\n1,x\n2,y\n");
    client.upload("train.csv", file);
    return finish(client, submit(client, "dataset.profile", "{\"dataset\": \"train.csv\"}"));
  }

  private static String submit(MillraceClient client, String type, String payload)
      throws ClientException, InterruptedException {
    JobRequest job = new JobRequest(type, payload, null, null, null, null);
    return client.submit(job).path("id").asString();
  }

  private int finish(MillraceClient client, String id)
      throws ClientException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    return ExitCode.of(ClientCommand.follow(client, id, out, Terminal.detect(System.getenv())));
  }
}
