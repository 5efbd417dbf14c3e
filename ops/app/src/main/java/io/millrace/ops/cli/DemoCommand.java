package io.millrace.ops.cli;

import io.millrace.ops.client.JobRequest;
import io.millrace.ops.client.JobStatus;
import io.millrace.ops.client.MillraceClient;
import io.millrace.ops.report.CurlTour;
import io.millrace.ops.report.ProfileTable;
import io.millrace.ops.report.Terminal;
import io.millrace.ops.sample.TripSample;
import io.millrace.ops.up.Role;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows Millrace at work: runs it, has it profile a file, and prints what came out and how. */
@Command(
    name = "demo",
    sortOptions = false,
    description = {
      "Runs Millrace and has it profile a file: of yours, or a sample of a million trips.",
      "Prints the result and the curl lines that do the same, and goes on serving until Ctrl-C."
    })
final class DemoCommand implements Callable<Integer> {
  private static final long DEFAULT_ROWS = 1_000_000;

  @Parameters(paramLabel = "FILE", arity = "0..1", description = "CSV or NDJSON, also gzipped")
  @Nullable Path file;

  @Option(names = "--rows", paramLabel = "N", description = "rows of the sample (default: 1000000)")
  long rows = DEFAULT_ROWS;

  @Option(names = "--exit", description = "end when the result is printed; 0 when all succeeded")
  boolean exit;

  @Mixin KeyOption apiKey = new KeyOption();

  @Mixin ServerOptions server = new ServerOptions();

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    Path given = file;
    if (given != null && !Files.isReadable(given)) {
      throw new NoSuchFileException(given.toString());
    }
    if (rows < 1 || rows > TripSample.MAX_ROWS) {
      throw new ParameterException(
          spec.commandLine(), "--rows is " + rows + ", but must be 1 to " + TripSample.MAX_ROWS);
    }
    // What matters is told in plain sentences; the log has the rest.
    server.properties.putIfAbsent("logging.threshold.console", "warn");
    PrintWriter out = spec.commandLine().getOut();
    out.println("Starting PostgreSQL, Kafka, Redis, the API and a worker …");
    out.flush();
    return Session.run(
        server,
        ServerOptions.DEFAULT_PORT,
        EnumSet.allOf(Role.class),
        out,
        spec.commandLine().getErr(),
        session -> show(session, out));
  }

  private int show(Session session, PrintWriter out) throws Exception {
    Path input = file == null ? sample(out) : file;
    String dataset = datasetName(input);
    Terminal terminal = Terminal.detect(System.getenv());
    JobRequest request =
        new JobRequest(
            "dataset.profile", "{\"dataset\": \"" + dataset + "\"}", null, null, null, null);
    JobStatus status;
    try (MillraceClient client = new MillraceClient(session.url(), apiKey.key(spec))) {
      out.printf("Uploading %s as dataset %s …%n", input, dataset);
      out.flush();
      client.upload(dataset, input);
      String id = client.submit(request).path("id").asString();
      out.println("Job " + id + " is accepted; a worker profiles the file.");
      status = ClientCommand.follow(client, id, out, terminal);
      if (status.isSucceeded()) {
        out.println();
        new ProfileTable(terminal.columns()).lines(client.result(id)).forEach(out::println);
      } else {
        out.println("The job is " + status.state() + ".");
      }
      out.println();
      out.println("The same with curl:");
      new CurlTour(session.url(), apiKey.key(spec) != null)
          .lines(dataset, input.toString(), request, id)
          .forEach(line -> out.println("  " + line));
      out.flush();
    }
    int code = ExitCode.of(status);
    if (exit || code != ExitCode.OK) {
      return code;
    }
    out.println();
    out.println("Still serving at " + session.url() + "; Ctrl-C stops it.");
    out.flush();
    return session.awaitEnd();
  }

  private Path sample(PrintWriter out) throws IOException {
    Path folder = Files.createDirectories(server.data.resolve("samples"));
    Path target = folder.resolve("trips-" + rows + ".csv");
    if (!Files.exists(target)) {
      out.printf("Writing a sample of %,d trips to %s …%n", rows, target);
      out.flush();
      Path partial = Files.createTempFile(folder, "trips", ".part");
      try (OutputStream sink = new BufferedOutputStream(Files.newOutputStream(partial), 1 << 16)) {
        new TripSample(TripSample.DEFAULT_SEED, rows).writeTo(sink);
      }
      Files.move(partial, target);
    }
    return target;
  }

  /** A file's name as a dataset's: what the rule for names does not allow becomes a dash. */
  private static String datasetName(Path input) {
    String name = String.valueOf(input.getFileName()).replaceAll("[^A-Za-z0-9._-]", "-");
    return name.matches("[A-Za-z0-9].*") ? name : "d" + name;
  }
}
