package io.millrace.ops.scale.simulate;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Reads a trace: lines {@code second,arrivals} or {@code second,arrivals,run_millis}, a header
 * allowed. Seconds rise from 0 on; those left out have no arrivals.
 */
public final class TraceFile {
  /** A week. */
  static final int MOST_SECONDS = 604_800;

  private static final int MOST_ARRIVALS = 1_000_000;
  private static final int MOST_RUN_MILLIS = 86_400_000;

  private TraceFile() {}

  /**
   * Reads it.
   *
   * @param meanRunSeconds of jobs in lines without a run time
   * @throws IllegalArgumentException naming file, line, and what is wrong
   */
  public static Trace read(Path file, double meanRunSeconds, long seed) throws IOException {
    List<int[]> lines = new ArrayList<>();
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      int number = 0;
      int last = -1;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        number++;
        if (line.isBlank() || (number == 1 && !Character.isDigit(line.strip().charAt(0)))) {
          continue;
        }
        int[] values = values(file, number, line);
        if (values[0] <= last) {
          throw wrong(file, number, "second", values[0], "more than " + last + ", the line before");
        }
        last = values[0];
        lines.add(values);
      }
    }
    if (lines.isEmpty()) {
      throw new IllegalArgumentException(file + " has no line second,arrivals");
    }
    int[] counts = new int[lines.getLast()[0] + 1];
    int[] runs = new int[counts.length];
    for (int[] line : lines) {
      counts[line[0]] = line[1];
      runs[line[0]] = line[2];
    }
    return Jobs.of(
        String.valueOf(file.getFileName()),
        counts,
        (second, random) ->
            runs[second] > 0 ? runs[second] / 1000.0 : Pattern.STEP.run(meanRunSeconds, random),
        new SplittableRandom(seed),
        -1,
        -1);
  }

  private static int[] values(Path file, int number, String line) {
    String[] parts = line.split(",", -1);
    if (parts.length < 2 || parts.length > 3) {
      throw new IllegalArgumentException(
          "%s:%d has %d columns; they are second,arrivals[,run_millis]"
              .formatted(file, number, parts.length));
    }
    return new int[] {
      value(file, number, "second", parts[0], 0, MOST_SECONDS),
      value(file, number, "arrivals", parts[1], 0, MOST_ARRIVALS),
      parts.length < 3 ? 0 : value(file, number, "run_millis", parts[2], 1, MOST_RUN_MILLIS)
    };
  }

  private static int value(Path file, int number, String column, String text, int least, int most) {
    String allowed = "a whole number from %,d to %,d".formatted(least, most);
    try {
      int value = Integer.parseInt(text.strip());
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw wrong(file, number, column, text.strip(), allowed);
  }

  private static IllegalArgumentException wrong(
      Path file, int line, String column, Object value, String allowed) {
    return new IllegalArgumentException(
        "%s:%d: %s is %s; it must be %s".formatted(file, line, column, value, allowed));
  }
}
