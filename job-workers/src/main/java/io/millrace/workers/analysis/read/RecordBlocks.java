package io.millrace.workers.analysis.read;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a dataset into blocks of whole records. A block is as many records as fit into {@link
 * ReadLimits#BLOCK_BYTES} from its start, so blocks depend on the file alone.
 *
 * <p>A record that passes {@link ReadLimits#RECORD_BYTES}, or that the dataset ends inside of,
 * costs its first line only: that line becomes a bad row and reading goes on behind it. So one
 * forgotten quote does not swallow the rest of the file.
 */
final class RecordBlocks implements Closeable {
  private final DatasetStream stream;
  private final RecordBoundary boundary;
  private final RecordEnds ends = new RecordEnds();
  private byte[] buffer = new byte[ReadLimits.BLOCK_BYTES];
  private int from;
  private int to;
  private boolean ended;
  private Position position;

  RecordBlocks(DatasetStream stream, RecordBoundary boundary, Position start) {
    this.stream = stream;
    this.boundary = boundary;
    this.position = start;
  }

  /** The next block, null at the end of the dataset. */
  @Nullable RawBlock next() throws IOException {
    moveToFront();
    int size = ReadLimits.BLOCK_BYTES;
    while (true) {
      fillTo(size);
      if (to == 0) {
        return null;
      }
      ends.clear();
      int window = Math.min(size, to);
      boolean last = ended && window == to;
      RecordBoundary.Rest rest = boundary.scan(buffer, 0, window, last, ends);
      if (last && rest == RecordBoundary.Rest.OPEN && (ends.size() == 0 || ends.last() < window)) {
        ends.add(window); // The last record has no line end.
      }
      if (ends.size() > 0) {
        return block();
      }
      if (last) {
        return skipLine("a quote or bracket is opened here and never closed");
      }
      if (size == ReadLimits.RECORD_BYTES) {
        return skipLine(
            "the record starting here is larger than "
                + ReadLimits.RECORD_BYTES
                + " bytes: a quote that is never closed?");
      }
      size = ReadLimits.RECORD_BYTES;
    }
  }

  double fraction() throws IOException {
    return stream.fraction();
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }

  private RawBlock block() {
    int length = ends.last();
    long line = position.line();
    advance(length);
    return new RawBlock(buffer, length, ends.toArray(), line, null, position);
  }

  private RawBlock skipLine(String reason) throws IOException {
    int end = lineEnd(buffer, 0, to);
    String text = new String(buffer, 0, Math.min(end, 4 * ReadLimits.BAD_ROW_CHARS), UTF_8);
    // Before an element of an array cut off, a line may hold just the comma: no row was lost there.
    boolean lost = !text.chars().allMatch(c -> c <= ' ' || c == ',' || c == '[');
    BadRow skipped = lost ? new BadRow(position.line(), reason, text.strip()) : null;
    long dropped = 0;
    while (!isLineEnd(buffer, end, to) && !ended) {
      // The line is longer than the buffer: drop what is there and look on.
      dropped += to;
      from = to;
      moveToFront();
      fillTo(ReadLimits.BLOCK_BYTES);
      end = lineEnd(buffer, 0, to);
    }
    long line = position.line();
    position = new Position(position.offset() + dropped + end, line + 1);
    from = end;
    return new RawBlock(buffer, 0, new int[0], line, skipped, position);
  }

  private void advance(int length) {
    position =
        new Position(position.offset() + length, position.line() + Lines.count(buffer, 0, length));
    from = length;
  }

  private void moveToFront() {
    System.arraycopy(buffer, from, buffer, 0, to - from);
    to -= from;
    from = 0;
  }

  private void fillTo(int size) throws IOException {
    if (buffer.length < size) {
      buffer = Arrays.copyOf(buffer, size);
    }
    if (to < size && !ended) {
      int read = stream.fill(buffer, to, size - to);
      ended = read < size - to;
      to += read;
    }
  }

  private static int lineEnd(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to && bytes[at] != '\n') {
      at++;
    }
    return at < to ? at + 1 : to;
  }

  private static boolean isLineEnd(byte[] bytes, int end, int to) {
    return end > 0 && end <= to && bytes[end - 1] == '\n';
  }
}
