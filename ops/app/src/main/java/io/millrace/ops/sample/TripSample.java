package io.millrace.ops.sample;

import java.io.IOException;
import java.io.OutputStream;

/**
 * A year of city bike trips as CSV (RFC 4180 but with LF line ends; UTF-8; a header line). Seed and
 * number of rows together name the bytes: they are the same on every machine and JDK, and a test
 * holds their SHA-256. The rows are in order of their day, and each block of {@value #BLOCK_ROWS}
 * has a random stream of its own, so no row depends on how the file is written.
 *
 * <p>Commuters ride at rush hour on working days, casual riders on weekend afternoons; distances
 * are lognormal, durations and fares follow from the distance with noise. {@link Dirt} states what
 * is wrong with the data and how often.
 */
public final class TripSample {
  /** The seed where none is given. */
  public static final long DEFAULT_SEED = 1;

  /** The most rows one file can have: about 100 GB. */
  public static final long MAX_ROWS = 1_000_000_000L;

  private static final String HEADER =
      "trip_id,started_at,ended_at,rider_type,start_station,end_station,distance_km,duration_s,"
          + "fare,note\n";
  private static final int BLOCK_ROWS = 8_192;
  private static final int FLUSH_BYTES = 1 << 18;

  private final long seed;
  private final long rows;

  /**
   * Names the sample; nothing is made yet.
   *
   * @param rows without the header, 0 to {@value #MAX_ROWS}
   */
  public TripSample(long seed, long rows) {
    if (rows < 0 || rows > MAX_ROWS) {
      throw new IllegalArgumentException(
          "The number of rows is " + rows + ", but it must be 0 to " + MAX_ROWS + ".");
    }
    this.seed = seed;
    this.rows = rows;
  }

  /** Writes header and rows in large pieces; does not close the stream. */
  public void writeTo(OutputStream out) throws IOException {
    RowBuffer buffer = new RowBuffer(FLUSH_BYTES);
    buffer.text(HEADER);
    TripRow row = new TripRow(buffer);
    Draw draw = new Draw(seed, 0);
    for (long index = 0; index < rows; index++) {
      if (index % BLOCK_ROWS == 0) {
        draw = new Draw(seed, index / BLOCK_ROWS);
      }
      row.append(index, (index + 0.5) / rows, draw);
      if (buffer.size() >= FLUSH_BYTES) {
        buffer.drainTo(out);
      }
    }
    buffer.drainTo(out);
    out.flush();
  }
}
