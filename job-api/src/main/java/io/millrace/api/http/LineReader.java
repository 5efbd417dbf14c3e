package io.millrace.api.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Reads lines as bytes, holding no more of one than its limit. */
final class LineReader {
  private final InputStream in;
  private final int limit;
  private final byte[] buffer = new byte[32 * 1024];
  private final ByteArrayOutputStream started = new ByteArrayOutputStream();
  private int from;
  private int to;
  private long number;

  LineReader(InputStream in, int limit) {
    this.in = in;
    this.limit = limit;
  }

  /**
   * One line.
   *
   * @param number from 1; blank lines count
   * @param text without its end; empty when it is longer than the limit
   */
  record Line(long number, byte[] text, boolean tooLong) {}

  /** The next line that is not blank; null at the end. */
  @Nullable Line next() throws IOException {
    for (Line line = read(); line != null; line = read()) {
      if (line.tooLong() || !isBlank(line.text())) {
        return line;
      }
    }
    return null;
  }

  private @Nullable Line read() throws IOException {
    started.reset();
    boolean tooLong = false;
    boolean any = false;
    while (from < to || fill()) {
      any = true;
      int end = from;
      while (end < to && buffer[end] != '\n') {
        end++;
      }
      tooLong |= started.size() + (end - from) > limit;
      if (!tooLong) {
        started.write(buffer, from, end - from);
      }
      boolean ended = end < to;
      from = ended ? end + 1 : end;
      if (ended) {
        break;
      }
    }
    if (!any) {
      return null;
    }
    number++;
    return new Line(number, tooLong ? new byte[0] : started.toByteArray(), tooLong);
  }

  private boolean fill() throws IOException {
    from = 0;
    to = Math.max(0, in.read(buffer));
    return to > 0;
  }

  private static boolean isBlank(byte[] text) {
    for (byte b : text) {
      if (b != ' ' && b != '\t' && b != '\r') {
        return false;
      }
    }
    return true;
  }
}
