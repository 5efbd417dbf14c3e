package io.millrace.ops.cli;

import io.millrace.ops.sample.TripSample;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes sample data. */
@Command(
    name = "sample",
    sortOptions = false,
    description = {
      "Writes sample data as CSV.",
      "The same seed and number of rows name the same bytes on every machine."
    })
final class SampleCommand implements Callable<Integer> {
  /** What can be written. */
  enum Kind {
    /** City trips by bike, with the dirt of real data. */
    TRIPS
  }

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Parameters(paramLabel = "KIND", description = "trips: city trips by bike")
  Kind kind = Kind.TRIPS;

  @Option(
      names = "--rows",
      paramLabel = "N",
      required = true,
      description = "rows without the header; a million are about 100 MB")
  long rows;

  @Option(names = "--seed", paramLabel = "S", description = "any whole number (default: 1)")
  long seed = TripSample.DEFAULT_SEED;

  @Option(names = "--out", paramLabel = "FILE", description = "default: standard output")
  @Nullable Path file;

  @Override
  public Integer call() throws IOException {
    if (rows < 0 || rows > TripSample.MAX_ROWS) {
      throw new ParameterException(
          spec.commandLine(),
          "--rows is " + rows + ", but must be 0 to " + TripSample.MAX_ROWS + ".");
    }
    TripSample sample = new TripSample(seed, rows);
    try (OutputStream out = open()) {
      sample.writeTo(out);
    } catch (IOException e) {
      if (file != null || !isBrokenPipe(e)) {
        throw e;
      }
    }
    return ExitCode.OK;
  }

  /** The reader has seen enough: {@code sample ... | head}. */
  private static boolean isBrokenPipe(IOException e) {
    return String.valueOf(e.getMessage()).contains("Broken pipe");
  }

  private OutputStream open() throws IOException {
    return file == null ? new FileOutputStream(FileDescriptor.out) : Files.newOutputStream(file);
  }
}
