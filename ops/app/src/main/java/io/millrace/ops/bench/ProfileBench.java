package io.millrace.ops.bench;

import io.millrace.ops.client.JobRequest;
import io.millrace.ops.client.JobStatus;
import io.millrace.ops.client.JobWatch;
import io.millrace.ops.client.MillraceClient;
import io.millrace.ops.client.Pause;
import io.millrace.ops.sample.TripSample;
import io.millrace.ops.up.Millrace;
import io.millrace.ops.up.Role;
import io.millrace.ops.up.UpSettings;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * How fast {@code dataset.profile} is inside the running service: generated trips of 10 columns,
 * the whole stack with full durability in this process, times as the job's own record has them.
 */
public final class ProfileBench {
  private static final int BUFFER_BYTES = 1 << 16;

  private final PrintWriter out;

  public ProfileBench(PrintWriter out) {
    this.out = out;
  }

  /**
   * Runs it in a temporary folder.
   *
   * @param sizes rows of each file, profiled one after the other
   * @param runs how often each is profiled
   * @return true when every job succeeded with the rows it was given
   */
  public boolean run(List<Long> sizes, int runs) throws Exception {
    Path folder = Files.createTempDirectory("millrace-bench-");
    Map<String, String> quiet = Map.of("logging.threshold.console", "error");
    UpSettings settings = new UpSettings(folder, 0, EnumSet.allOf(Role.class), quiet);
    try (Millrace millrace = Millrace.start(settings);
        MillraceClient client =
            new MillraceClient(java.util.Objects.requireNonNull(millrace.url()))) {
      while (!millrace.isReady()) {
        Pause.REAL.of(java.time.Duration.ofMillis(50));
      }
      out.println("      rows     bytes   run   waited       ran       rows/s   live heap");
      boolean good = true;
      for (long rows : sizes) {
        String dataset = write(folder, rows);
        for (int run = 1; run <= runs; run++) {
          good &= measure(client, dataset, rows, run);
        }
      }
      return good;
    } finally {
      delete(folder);
    }
  }

  private boolean measure(MillraceClient client, String dataset, long rows, int run)
      throws Exception {
    try (LiveHeap heap = new LiveHeap()) {
      JobRequest request = JobRequest.of("dataset.profile", "{\"dataset\": \"" + dataset + "\"}");
      String id = client.submit(request).path("id").asString();
      JobStatus status = new JobWatch(client, Pause.REAL).untilFinal(id, new Silent());
      if (!status.isSucceeded()) {
        out.println("job " + id + " is " + status.state() + ": " + status.error());
        return false;
      }
      JsonNode result = client.result(id);
      long seen = result.path("rows").asLong() + result.path("badRows").path("count").asLong();
      out.printf(
          "%,10d %,9d kB %3d %,6d ms %,7d ms %,10.0f/s %,8.0f MB%n",
          rows,
          result.path("bytes").asLong() / 1000,
          run,
          status.waitedMillis(),
          status.ranMillis(),
          rows * 1000.0 / Math.max(1, status.ranMillis()),
          heap.most() / 1e6);
      out.flush();
      return seen == rows;
    }
  }

  private static String write(Path folder, long rows) throws IOException {
    String name = "trips-" + rows + ".csv";
    Path datasets = Files.createDirectories(folder.resolve("datasets"));
    try (OutputStream sink =
        new BufferedOutputStream(Files.newOutputStream(datasets.resolve(name)), BUFFER_BYTES)) {
      new TripSample(TripSample.DEFAULT_SEED, rows).writeTo(sink);
    }
    return name;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** The bench shows results, not progress. */
  private static final class Silent implements JobWatch.Listener {
    @Override
    public void status(JobStatus job) {
      // Only the end counts.
    }

    @Override
    public void missed(io.millrace.ops.client.ClientException failure) {
      // The watch asks again.
    }
  }
}
