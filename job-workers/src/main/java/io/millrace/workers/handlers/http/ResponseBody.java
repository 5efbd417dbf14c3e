package io.millrace.workers.handlers.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import org.apache.hc.core5.http.ContentType;
import org.jspecify.annotations.Nullable;

/** As much of an answer's body as is kept: at most {@value #MAX_BYTES} bytes. */
final class ResponseBody {
  static final int MAX_BYTES = 256 * 1024;
  private static final int MAX_BYTES_OF_CHAR = 4;

  static final ResponseBody EMPTY = new ResponseBody(new byte[0], false);

  private final byte[] bytes;
  private final boolean truncated;

  ResponseBody(byte[] bytes, boolean truncated) {
    this.bytes = bytes;
    this.truncated = truncated;
  }

  /** Reads one byte past the limit, to know if there is more, and leaves the rest unread. */
  static ResponseBody read(InputStream in) throws IOException {
    byte[] read = in.readNBytes(MAX_BYTES + 1);
    return read.length <= MAX_BYTES
        ? new ResponseBody(read, false)
        : new ResponseBody(Arrays.copyOf(read, MAX_BYTES), true);
  }

  int size() {
    return bytes.length;
  }

  /** There was more. */
  boolean truncated() {
    return truncated;
  }

  /**
   * The body as text, when its type says text or JSON, its bytes agree, and PostgreSQL can keep it
   * (no NUL); empty otherwise. A body cut inside a character loses that character's bytes.
   *
   * @param contentType the header's value
   * @param contentEncoding the header's value; compressed bodies are no text
   */
  Optional<String> text(@Nullable String contentType, @Nullable String contentEncoding) {
    boolean plain = contentEncoding == null || contentEncoding.equalsIgnoreCase("identity");
    ContentType type = ContentType.parseLenient(contentType);
    if (bytes.length == 0) {
      return Optional.of("");
    }
    if (!plain || type == null || !isText(type.getMimeType())) {
      return Optional.empty();
    }
    Charset charset = type.getCharset() == null ? StandardCharsets.UTF_8 : type.getCharset();
    return decode(charset).filter(text -> text.indexOf('\0') < 0);
  }

  String base64() {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static boolean isText(@Nullable String mimeType) {
    String mime = mimeType == null ? "" : mimeType.toLowerCase(Locale.ROOT);
    return mime.startsWith("text/")
        || mime.equals("application/json")
        || mime.equals("application/xml")
        || mime.equals("application/x-www-form-urlencoded")
        || mime.endsWith("+json")
        || mime.endsWith("+xml");
  }

  private Optional<String> decode(Charset charset) {
    CharsetDecoder decoder =
        charset
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate((int) Math.ceil(bytes.length * decoder.maxCharsPerByte()));
    var outcome = decoder.decode(in, out, !truncated);
    boolean whole = truncated ? in.remaining() < MAX_BYTES_OF_CHAR : !in.hasRemaining();
    if (outcome.isError() || !whole) {
      return Optional.empty();
    }
    return Optional.of(out.flip().toString());
  }
}
