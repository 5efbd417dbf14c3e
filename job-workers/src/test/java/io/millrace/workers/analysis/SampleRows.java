package io.millrace.workers.analysis;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** Writes CSV of ten columns of all sorts, the same for the same seed. */
public final class SampleRows {
  private static final String[] CITIES = {"Berlin", "Oslo", "Lima", "Kyoto", "Accra", "Quito"};

  private SampleRows() {}

  public static void write(Path file, long rows, long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      out.write("id,amount,price,city,user,active,day,at,score,note\n");
      StringBuilder row = new StringBuilder(160);
      for (long i = 1; i <= rows; i++) {
        row.setLength(0);
        append(row, i, random);
        out.append(row);
      }
    }
  }

  private static void append(StringBuilder row, long i, SplittableRandom random) {
    row.append(i).append(',');
    row.append(random.nextInt(-1_000, 1_000_000)).append(',');
    int cents = random.nextInt(1_000_000);
    row.append(cents / 100).append('.').append(cents % 100 / 10).append(cents % 10).append(',');
    row.append(CITIES[random.nextInt(CITIES.length)]).append(',');
    row.append("user-").append(random.nextInt(50_000)).append(',');
    row.append(random.nextInt(20) == 0 ? "" : random.nextBoolean()).append(',');
    two(row.append("2024-"), 1 + random.nextInt(12));
    two(row.append('-'), 1 + random.nextInt(28));
    two(row.append(",2024-03-"), 1 + random.nextInt(31));
    two(row.append('T'), random.nextInt(24));
    two(row.append(':'), random.nextInt(60));
    two(row.append(':'), random.nextInt(60));
    row.append("Z,").append(random.nextDouble()).append(',');
    if (random.nextInt(10) == 0) {
      row.append("\"a, \"\"quoted\"\" note\"");
    } else {
      row.append("n").append(random.nextInt(300));
    }
    row.append('\n');
  }

  private static void two(StringBuilder row, int value) {
    row.append(value / 10).append(value % 10);
  }
}
