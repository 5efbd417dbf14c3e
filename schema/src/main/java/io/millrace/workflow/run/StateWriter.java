package io.millrace.workflow.run;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Writes fields one after the other, small numbers in few bytes; {@link StateReader} mirrors it.
 */
final class StateWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(256);

  void octet(int value) {
    out.write(value);
  }

  /** Seven bits a byte, the lowest first; at least 0. */
  void number(long value) {
    long left = value;
    while (left >= 0x80) {
      out.write((int) (left & 0x7F) | 0x80);
      left >>>= 7;
    }
    out.write((int) left);
  }

  void fixed(long value) {
    for (int shift = 56; shift >= 0; shift -= 8) {
      out.write((int) (value >>> shift));
    }
  }

  void bytes(byte[] value) {
    number(value.length);
    out.writeBytes(value);
  }

  void text(String value) {
    bytes(value.getBytes(StandardCharsets.UTF_8));
  }

  /** From the first bit that is set to the last. */
  void bits(BitSet set) {
    int first = set.nextSetBit(0);
    number(first + 1);
    if (first >= 0) {
      bytes(set.get(first, set.length()).toByteArray());
    }
  }

  <T> void optional(@Nullable T value, Consumer<T> field) {
    octet(value == null ? 0 : 1);
    if (value != null) {
      field.accept(value);
    }
  }

  int size() {
    return out.size();
  }

  byte[] toBytes() {
    return out.toByteArray();
  }

  /** All of it, and a checksum behind it. */
  byte[] checked() {
    byte[] before = out.toByteArray();
    int sum = checksum(before, before.length);
    for (int shift = 24; shift >= 0; shift -= 8) {
      out.write(sum >>> shift);
    }
    return out.toByteArray();
  }

  static int checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
