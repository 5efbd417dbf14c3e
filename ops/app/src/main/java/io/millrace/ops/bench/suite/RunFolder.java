package io.millrace.ops.bench.suite;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The temporary folder of a run. On Ctrl-C and SIGTERM the thread that made it is interrupted, gets
 * {@value #GRACE_SECONDS} seconds to stop what it started, and then the folder goes in any case.
 */
public final class RunFolder implements AutoCloseable {
  private static final long GRACE_SECONDS = 60;

  private final Path path;
  private final PrintWriter err;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook;

  private RunFolder(Path path, PrintWriter err, Thread runner) {
    this.path = path;
    this.err = err;
    this.hook = Thread.ofPlatform().name("bench-stop").unstarted(() -> stop(runner));
  }

  /** A new one, which belongs to the thread that calls this. */
  public static RunFolder create(PrintWriter err) throws IOException {
    Path path = Files.createTempDirectory("millrace-bench-");
    RunFolder folder = new RunFolder(path, err, Thread.currentThread());
    Runtime.getRuntime().addShutdownHook(folder.hook);
    return folder;
  }

  public Path path() {
    return path;
  }

  /** Deletes it. What cannot be deleted is told and does not spoil what was measured. */
  @Override
  public void close() {
    delete();
    closed.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException _) {
      // The JVM is going down already, and the hook has just been let go.
    }
  }

  /** What happens on Ctrl-C. */
  void stop(Thread runner) {
    runner.interrupt();
    try {
      if (!closed.await(GRACE_SECONDS, TimeUnit.SECONDS)) {
        delete();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void delete() {
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | java.io.UncheckedIOException e) {
      err.println("The temporary folder " + path + " could not be deleted: " + e.getMessage());
      err.flush();
    }
  }
}
