package io.millrace.cache;

import io.millrace.model.CachedResult;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * The bytes of a kept result: version, kind, the key's first half, fields, and a CRC-32C, as {@link
 * JobCodec} has them. A result longer than {@value #COMPRESSED_FROM} bytes is compressed when that
 * makes it shorter.
 */
final class ResultCodec {
  static final byte VERSION = 1;
  static final int COMPRESSED_FROM = 1_024;

  private static final byte KIND = 'K';

  private ResultCodec() {}

  /** A result that has its text. */
  static byte[] encode(CachedResult result) {
    ValueWriter out = new ValueWriter(VERSION, KIND, half(result.key()));
    out.text(result.key());
    out.optional(result.tenant(), out::text);
    out.text(result.type());
    out.text(result.source().toString());
    out.time(result.finishedAt());
    out.time(result.expiresAt());
    out.big(result.runMillis());
    byte[] plain = Objects.requireNonNull(result.json()).getBytes(StandardCharsets.UTF_8);
    byte[] packed = plain.length < COMPRESSED_FROM ? plain : deflate(plain);
    boolean shorter = packed.length < plain.length;
    out.number(plain.length);
    out.number(shorter ? 1 : 0);
    out.bytes(shorter ? packed : plain);
    return out.finish();
  }

  /**
   * The result under this key; empty when the value is anything else.
   *
   * @param largest result that is unpacked, in bytes
   */
  static Optional<CachedResult> decode(String key, byte[] value, int largest) {
    return ValueReader.read(value, VERSION, KIND, half(key), in -> result(key, in, largest));
  }

  private static CachedResult result(String key, ValueReader in, int largest) {
    if (!in.text().equals(key)) {
      throw new IllegalArgumentException("filed under another key");
    }
    return new CachedResult(
        key,
        in.optional(in::text),
        in.text(),
        UUID.fromString(in.text()),
        in.time(),
        in.time(),
        in.big(),
        json(in, largest));
  }

  private static String json(ValueReader in, int largest) {
    int length = in.number();
    boolean packed = in.number() == 1;
    byte[] bytes = in.bytes();
    if (length < 0 || length > largest || (!packed && bytes.length != length)) {
      throw new IllegalArgumentException("a result of " + length + " bytes");
    }
    return new String(packed ? inflate(bytes, length) : bytes, StandardCharsets.UTF_8);
  }

  private static UUID half(String key) {
    return new UUID(
        new BigInteger(key.substring(0, 16), 16).longValue(),
        new BigInteger(key.substring(16, 32), 16).longValue());
  }

  private static byte[] deflate(byte[] plain) {
    try (Deflater deflater = new Deflater(Deflater.BEST_SPEED)) {
      deflater.setInput(plain);
      deflater.finish();
      ByteArrayOutputStream out = new ByteArrayOutputStream(plain.length / 2);
      byte[] buffer = new byte[8 * 1024];
      while (!deflater.finished()) {
        out.write(buffer, 0, deflater.deflate(buffer));
      }
      return out.toByteArray();
    }
  }

  private static byte[] inflate(byte[] packed, int length) {
    try (Inflater inflater = new Inflater()) {
      inflater.setInput(packed);
      byte[] plain = new byte[length];
      int at = 0;
      while (at < length) {
        int got = inflater.inflate(plain, at, length - at);
        if (got == 0) {
          throw new IllegalArgumentException("the result ends after " + at + " bytes");
        }
        at += got;
      }
      return plain;
    } catch (DataFormatException e) {
      throw new IllegalArgumentException("the result cannot be unpacked", e);
    }
  }
}
