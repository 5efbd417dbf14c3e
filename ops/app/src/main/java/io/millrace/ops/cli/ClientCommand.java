package io.millrace.ops.cli;

import io.millrace.ops.client.ClientException;
import io.millrace.ops.client.JobStatus;
import io.millrace.ops.client.JobWatch;
import io.millrace.ops.client.MillraceClient;
import io.millrace.ops.client.Pause;
import io.millrace.ops.report.ProgressLine;
import io.millrace.ops.report.Terminal;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that speaks to a server: opens the client, closes it, knows where to print. */
@Command(sortOptions = false)
abstract class ClientCommand implements Callable<Integer> {
  @Mixin final ClientOptions options = new ClientOptions();

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  CommandSpec spec;

  /** Does the work and says how it went, see {@link ExitCode}. */
  abstract int run(MillraceClient client) throws Exception;

  @Override
  public final Integer call() throws Exception {
    if (!options.isUsable()) {
      throw usage(
          "The server's URL is "
              + options.url
              + ", but it must look like "
              + ClientOptions.DEFAULT_URL
              + ".");
    }
    try (MillraceClient client = new MillraceClient(options.url, options.apiKey.key(spec))) {
      return run(client);
    }
  }

  /** Follows a job to its end with live progress on this writer. */
  final JobStatus follow(MillraceClient client, String id, PrintWriter to)
      throws ClientException, InterruptedException {
    return follow(client, id, to, terminal());
  }

  /** The same for a command that is no client itself. */
  static JobStatus follow(MillraceClient client, String id, PrintWriter to, Terminal terminal)
      throws ClientException, InterruptedException {
    ProgressLine progress = new ProgressLine(to, terminal);
    try {
      JobStatus last = new JobWatch(client, Pause.REAL).untilFinal(id, new Shown(progress));
      progress.end();
      if (!last.error().isEmpty()) {
        to.println(last.error());
      }
      return last;
    } finally {
      progress.end();
    }
  }

  private record Shown(ProgressLine progress) implements JobWatch.Listener {
    @Override
    public void status(JobStatus job) {
      progress.show(job);
    }

    @Override
    public void missed(ClientException failure) {
      progress.note("the server does not answer for the moment; asking again");
    }
  }

  /** A command line that makes no sense, in a sentence. */
  final ParameterException usage(String sentence) {
    return new ParameterException(spec.commandLine(), sentence);
  }

  final PrintWriter out() {
    return spec.commandLine().getOut();
  }

  final PrintWriter err() {
    return spec.commandLine().getErr();
  }

  final Terminal terminal() {
    return Terminal.detect(System.getenv());
  }

  final void print(List<String> lines) {
    lines.forEach(out()::println);
    out().flush();
  }
}
