package io.millrace.workers.analysis.read;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;

/** Which charset a file is in, and whether it is text at all. */
final class Encodings {
  private Encodings() {}

  /** The charset of that name. */
  static Charset named(String name) throws UnreadableDatasetException {
    try {
      return Charset.forName(name);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      throw new UnreadableDatasetException(
          "encoding is not one this service knows; try UTF-8, UTF-16LE, windows-1252, ISO-8859-1");
    }
  }

  /**
   * The charset of a file that starts with these bytes: by its byte order mark; else UTF-8 if they
   * are; else windows-1252, or ISO-8859-1 where that has no character.
   */
  static Charset detect(byte[] sample) throws UnreadableDatasetException {
    if (startsWith(sample, 0xff, 0xfe)) {
      return StandardCharsets.UTF_16LE;
    }
    if (startsWith(sample, 0xfe, 0xff)) {
      return StandardCharsets.UTF_16BE;
    }
    refuseBinary(sample);
    if (startsWithUtf8Mark(sample) || isUtf8(sample)) {
      return StandardCharsets.UTF_8;
    }
    for (byte b : sample) {
      int code = b & 0xff;
      if (code == 0x81 || code == 0x8d || code == 0x8f || code == 0x90 || code == 0x9d) {
        return StandardCharsets.ISO_8859_1;
      }
    }
    return Charset.forName("windows-1252");
  }

  static boolean startsWithUtf8Mark(byte[] sample) {
    return startsWith(sample, 0xef, 0xbb, 0xbf);
  }

  /**
   * Refuses what is no text: well-known signatures, a NUL byte, or more than one control character
   * in 50 bytes.
   */
  static void refuseBinary(byte[] sample) throws UnreadableDatasetException {
    String known = signature(sample);
    if (!known.isEmpty()) {
      throw new UnreadableDatasetException("the dataset is a binary file (" + known + ")");
    }
    int controls = 0;
    for (int at = 0; at < sample.length; at++) {
      byte b = sample[at];
      if (b == 0) {
        throw new UnreadableDatasetException(
            "the dataset is a binary file: a NUL byte at byte "
                + at
                + " (or UTF-16 without a byte order mark: then say so in \"encoding\")");
      }
      if (b > 0 && b < ' ' && b != '\n' && b != '\r' && b != '\t' && b != '\f') {
        controls++;
      }
    }
    if (controls * 50 > sample.length) {
      throw new UnreadableDatasetException(
          "the dataset is a binary file: "
              + controls
              + " control characters in its first "
              + sample.length
              + " bytes");
    }
  }

  private static String signature(byte[] sample) {
    if (startsWith(sample, 'P', 'K', 3, 4)) {
      return "zip, or a spreadsheet";
    }
    if (startsWith(sample, 'P', 'A', 'R', '1')) {
      return "Parquet";
    }
    if (startsWith(sample, '%', 'P', 'D', 'F')) {
      return "PDF";
    }
    if (startsWith(sample, 0x28, 0xb5, 0x2f, 0xfd)) {
      return "zstd";
    }
    return startsWith(sample, 'B', 'Z', 'h') && sample.length > 3 && sample[3] <= '9'
        ? "bzip2"
        : "";
  }

  private static boolean startsWith(byte[] sample, int... bytes) {
    if (sample.length < bytes.length) {
      return false;
    }
    for (int i = 0; i < bytes.length; i++) {
      if ((sample[i] & 0xff) != bytes[i]) {
        return false;
      }
    }
    return true;
  }

  private static boolean isUtf8(byte[] sample) {
    var decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    // Not the end of the input: the sample may cut a character in two.
    return !decoder
        .decode(ByteBuffer.wrap(sample), CharBuffer.allocate(sample.length), false)
        .isError();
  }
}
