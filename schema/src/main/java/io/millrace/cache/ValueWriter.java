package io.millrace.cache;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Writes the fields of one value one after the other; {@link ValueReader} is its mirror image. */
final class ValueWriter {
  static final int HEADER_BYTES = 2 + 2 * Long.BYTES;
  static final int CHECKSUM_BYTES = Integer.BYTES;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream(512);

  ValueWriter(byte version, byte kind, UUID id) {
    out.write(version);
    out.write(kind);
    big(id.getMostSignificantBits());
    big(id.getLeastSignificantBits());
  }

  void number(int value) {
    out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
  }

  void big(long value) {
    out.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
  }

  void fraction(double value) {
    big(Double.doubleToRawLongBits(value));
  }

  void text(String value) {
    bytes(value.getBytes(StandardCharsets.UTF_8));
  }

  void bytes(byte[] value) {
    number(value.length);
    out.writeBytes(value);
  }

  /** By name: constants may change places between versions. */
  void name(Enum<?> value) {
    text(value.name());
  }

  void time(Instant value) {
    big(value.getEpochSecond());
    number(value.getNano());
  }

  <T> void optional(@Nullable T value, Consumer<T> field) {
    out.write(value == null ? 0 : 1);
    if (value != null) {
      field.accept(value);
    }
  }

  byte[] finish() {
    byte[] before = out.toByteArray();
    number(checksum(before, before.length));
    return out.toByteArray();
  }

  static int checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
