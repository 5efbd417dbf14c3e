package io.millrace.workers.analysis.read;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Turns text of another charset into UTF-8. Bytes that charset does not know end it. */
final class Utf8Stream extends InputStream {
  private final Reader reader;
  private final CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder();
  private final CharBuffer chars = CharBuffer.allocate(16 * 1024).flip();
  // Three bytes for each UTF-16 unit are the most UTF-8 needs.
  private final ByteBuffer bytes = ByteBuffer.allocate(48 * 1024).flip();
  private boolean ended;

  Utf8Stream(InputStream in, Charset charset) {
    this.reader =
        new InputStreamReader(
            in,
            charset
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT));
  }

  @Override
  public int read() throws IOException {
    return bytes.hasRemaining() || refill() ? bytes.get() & 0xff : -1;
  }

  @Override
  public int read(byte[] buffer, int from, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!bytes.hasRemaining() && !refill()) {
      return -1;
    }
    int count = Math.min(length, bytes.remaining());
    bytes.get(buffer, from, count);
    return count;
  }

  private boolean refill() throws IOException {
    bytes.clear();
    while (!ended && bytes.position() == 0) {
      // A high surrogate at the end of the last read waits here for its low one.
      chars.compact();
      ended = reader.read(chars) < 0;
      chars.flip();
      var result = encoder.encode(chars, bytes, ended);
      if (result.isError()) {
        result.throwException();
      }
    }
    bytes.flip();
    return bytes.hasRemaining();
  }
}
