package io.millrace.workflow.run;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads what a {@link StateWriter} wrote and believes no length or number without a check. */
final class StateReader {
  private final byte[] bytes;
  private final int end;
  private int at;

  StateReader(byte[] bytes) {
    this(bytes, bytes.length);
  }

  private StateReader(byte[] bytes, int end) {
    this.bytes = bytes;
    this.end = end;
  }

  /** Reads what has a checksum behind it. */
  static StateReader checked(byte[] bytes) {
    int end = bytes.length - Integer.BYTES;
    if (end < 0 || ByteBuffer.wrap(bytes).getInt(end) != StateWriter.checksum(bytes, end)) {
      throw new BadRunStateException(
          "the checksum of " + bytes.length + " bytes is wrong; they were cut or damaged");
    }
    return new StateReader(bytes, end);
  }

  int octet() {
    if (at == end) {
      throw new BadRunStateException("it ends too early, after " + end + " bytes");
    }
    return bytes[at++] & 0xFF;
  }

  /** A number from 0 to a bound. */
  int number(String what, int most) {
    long value = big();
    if (value < 0 || value > most) {
      throw new BadRunStateException(what + " is " + value + ", allowed is 0 to " + most);
    }
    return (int) value;
  }

  long big() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      int part = octet();
      value |= (part & 0x7FL) << shift;
      if (part < 0x80) {
        return value;
      }
    }
    throw new BadRunStateException("a number before byte " + at + " does not end");
  }

  long fixed() {
    long value = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      value = value << 8 | octet();
    }
    return value;
  }

  byte[] bytes() {
    int length = number("a length", end - at);
    at += length;
    return Arrays.copyOfRange(bytes, at - length, at);
  }

  String text() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }

  /** A set of numbers below a bound. */
  BitSet bits(String what, int size) {
    BitSet set = new BitSet();
    int first = number(what, size) - 1;
    if (first >= 0) {
      BitSet.valueOf(bytes()).stream().forEach(bit -> set.set(first + bit));
    }
    if (set.length() > size) {
      throw new BadRunStateException(what + " has " + (set.length() - 1) + " of only " + size);
    }
    return set;
  }

  <T> @Nullable T optional(Supplier<T> field) {
    return octet() == 0 ? null : field.get();
  }

  void finish() {
    if (at != end) {
      throw new BadRunStateException((end - at) + " bytes are left over");
    }
  }
}
