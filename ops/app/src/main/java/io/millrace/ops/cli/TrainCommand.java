package io.millrace.ops.cli;

import io.millrace.ops.client.ClientException;
import io.millrace.ops.client.JobRequest;
import io.millrace.ops.client.MillraceClient;
import io.millrace.ops.launch.FreePort;
import io.millrace.ops.launch.HealthProbe;
import io.millrace.ops.launch.LaunchedProcess;
import io.millrace.ops.report.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Starts servers as a user does and gives them jobs, while their JVMs write down which classes that
 * took and how their methods ran, for quicker starts from then on. A cache for each kind of process
 * that the launcher tells apart: all in one, a lone API, a lone worker. What a process does not
 * need costs it memory, and the load comes from here, so that none holds a client's classes.
 */
@Command(
    name = "train",
    hidden = true,
    sortOptions = false,
    description = {
      "For the launcher: runs Millrace in a new folder, with a few hundred jobs, in one process and"
          + " in parts, and leaves server.aot, api.aot and worker.aot there."
    })
final class TrainCommand implements Callable<Integer> {
  /** Enough that the methods of a job's way through the service count as hot. */
  private static final int JOBS = 400;

  private static final int MOST_JOBS = 1_000_000;

  /** Tells the launcher to have a cache made, and where. */
  private static final String RECORD = "MILLRACE_AOT_RECORD";

  /** What servers alone print when they work. */
  private static final String UP = "Millrace is up";

  @Option(names = "--jobs", paramLabel = "N", description = "jobs of each run (default: 400)")
  int jobs = JOBS;

  @Option(names = "--folder", paramLabel = "DIR", required = true, description = "a new folder")
  Path folder = Path.of("");

  @Option(
      names = "--launcher",
      paramLabel = "FILE",
      required = true,
      description = "ops/millrace of a checkout")
  Path launcher = Path.of("");

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    if (jobs < 1 || jobs > MOST_JOBS) {
      throw new ParameterException(
          spec.commandLine(), "--jobs is " + jobs + ", but must be 1 to " + MOST_JOBS + ".");
    }
    if (Files.exists(folder)) {
      throw new ParameterException(
          spec.commandLine(), "--folder names " + folder + ", but must name a new folder.");
    }
    Files.createDirectories(folder);
    int code = whole();
    return code == ExitCode.OK ? parts() : code;
  }

  private int whole() throws Exception {
    int port = FreePort.any();
    try (LaunchedProcess all = recorded("server", port);
        HealthProbe health = new HealthProbe(port)) {
      all.secondsUntil("readiness", health::isReady);
      return work(port);
    }
  }

  private int parts() throws Exception {
    int port = FreePort.any();
    int workerPort = FreePort.any();
    try (LaunchedProcess infra =
        LaunchedProcess.start(launcher, output("infra"), up("--infra"), Map.of())) {
      infra.secondsUntil("servers", () -> infra.said(UP));
      try (LaunchedProcess api = recorded("api", port, "--api");
          LaunchedProcess worker = recorded("worker", workerPort, "--worker");
          HealthProbe health = new HealthProbe(port);
          HealthProbe workerHealth = new HealthProbe(workerPort)) {
        api.secondsUntil("readiness", health::isReady);
        worker.secondsUntil("readiness", workerHealth::isReady);
        return work(port);
      }
    }
  }

  /** One whose JVM writes a cache when it ends. */
  private LaunchedProcess recorded(String name, int port, String... roles) throws IOException {
    List<String> arguments = up(roles);
    arguments.addAll(List.of("--port", String.valueOf(port)));
    Map<String, String> record =
        Map.of(RECORD, folder.resolve(name + ".aot").toAbsolutePath().toString());
    return LaunchedProcess.start(launcher, output(name), arguments, record);
  }

  private List<String> up(String... roles) {
    List<String> arguments =
        new ArrayList<>(List.of("up", "--data", folder.resolve("data").toString()));
    arguments.addAll(Arrays.asList(roles));
    return arguments;
  }

  private Path output(String name) {
    return folder.resolve(name + ".out");
  }

  private int work(int port) throws Exception {
    try (MillraceClient client = new MillraceClient(URI.create("http://127.0.0.1:" + port))) {
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
    Path file = Files.writeString(folder.resolve("train.csv"), "a,b\n1,x\n2,y\n");
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
