package io.millrace.ops.bench.load;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Counts the answers of a batch as they stream in: {@code {"line":1,"id":…} } is accepted, whatever
 * has another second field is refused. Looks at each byte once and keeps none but a refusal's.
 */
final class LineCounter {
  private static final int KEPT_CHARS = 400;

  /** The quote that opens the second field's name. */
  private static final int SECOND_NAME = 3;

  private long accepted;
  private long refused;
  private @Nullable String refusal;
  private final StringBuilder kept = new StringBuilder();
  private int quotes;
  private boolean keeps;

  void read(ByteBuf bytes) {
    for (int at = bytes.readerIndex(); at < bytes.writerIndex(); at++) {
      next(bytes.getByte(at));
    }
  }

  long accepted() {
    return accepted;
  }

  long refused() {
    return refused;
  }

  /** The first line that was refused, cut to 400 bytes; null when none was. */
  @Nullable String refusal() {
    return refusal;
  }

  private void next(byte given) {
    if (given == '\n') {
      end();
    } else if (quotes == SECOND_NAME) {
      quotes++;
      if (given == 'i') {
        accepted++;
      } else {
        refused++;
        keeps = refusal == null;
        keep(given);
      }
    } else if (quotes < SECOND_NAME) {
      quotes += given == '"' ? 1 : 0;
    } else if (keeps) {
      keep(given);
    }
  }

  private void keep(byte given) {
    if (keeps && kept.length() < KEPT_CHARS) {
      kept.append(new String(new byte[] {given}, StandardCharsets.ISO_8859_1));
    }
  }

  private void end() {
    if (keeps) {
      refusal = kept.toString();
      keeps = false;
    }
    quotes = 0;
  }
}
