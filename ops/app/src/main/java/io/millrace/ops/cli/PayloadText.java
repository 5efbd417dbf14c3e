package io.millrace.ops.cli;

import io.millrace.model.Limits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The value of {@code --payload}: JSON itself, or {@code @} and where to read it from. */
final class PayloadText {
  private PayloadText() {}

  /**
   * Reads the payload.
   *
   * @throws IOException when it cannot be read or is longer than a server accepts
   */
  static String read(String value, InputStream standardInput) throws IOException {
    if (!value.startsWith("@")) {
      return bounded(new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8)));
    }
    if (value.equals("@-")) {
      return bounded(standardInput);
    }
    try (InputStream file = Files.newInputStream(Path.of(value.substring(1)))) {
      return bounded(file);
    }
  }

  private static String bounded(InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(Limits.MAX_PAYLOAD_BYTES + 1);
    if (bytes.length > Limits.MAX_PAYLOAD_BYTES) {
      throw new IOException(
          "the payload is longer than "
              + Limits.MAX_PAYLOAD_BYTES
              + " bytes, the most a server accepts: upload the data as a data set and name it in"
              + " the payload.");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
