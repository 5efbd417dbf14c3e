package io.millrace.workers.analysis;

import io.millrace.dataset.DatasetRoot;
import io.millrace.dataset.TenantDatasets;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Times {@code dataset.profile} end to end against a real PostgreSQL. Arguments: rows (default
 * 1,000,000) and runs (default 3). Prints rows per second and the most heap live after a
 * collection.
 */
public final class ProfileBenchmark {
  private ProfileBenchmark() {}

  public static void main(String[] args) throws Exception {
    long rows = args.length > 0 ? Long.parseLong(args[0]) : 1_000_000;
    int runs = args.length > 1 ? Integer.parseInt(args[1]) : 3;
    Path root = Files.createTempDirectory("profile-benchmark");
    Path file = root.resolve("rows.csv");
    try (ProfileDatabase database = new ProfileDatabase()) {
      SampleRows.write(file, rows, 1);
      var handler =
          new DatasetProfileHandler(
              database.dataSource(),
              new TenantDatasets(new DatasetRoot(root), "test"),
              System::nanoTime);
      handler.prepare();
      for (int run = 0; run < runs; run++) {
        time(handler, rows, Files.size(file));
      }
    } finally {
      Files.deleteIfExists(file);
      Files.deleteIfExists(root);
    }
  }

  private static void time(DatasetProfileHandler handler, long rows, long bytes) throws Exception {
    long started = System.nanoTime();
    var report = handler.run(ProfilePayload.of("rows.csv"), RecordingContext.first());
    double seconds = (System.nanoTime() - started) / 1e9;
    System.out.printf(
        Locale.ROOT,
        "%,d rows, %,d bytes: %.2f s, %,.0f rows/s, live heap at most %,d KiB%n",
        report.rows(),
        bytes,
        seconds,
        rows / seconds,
        liveHeapBytes() / 1024);
  }

  /** Used after the last collection of each heap pool. */
  private static long liveHeapBytes() {
    long bytes = 0;
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      if (pool.getType() == MemoryType.HEAP && pool.getCollectionUsage() != null) {
        bytes += pool.getCollectionUsage().getUsed();
      }
    }
    return bytes;
  }
}
