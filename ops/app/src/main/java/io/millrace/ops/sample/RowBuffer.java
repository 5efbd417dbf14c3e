package io.millrace.ops.sample;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes of rows not yet written; numbers are set digit by digit, without garbage. */
final class RowBuffer {
  /** Room for the digits of a long. */
  private static final int MAX_DIGITS = 20;

  private byte[] bytes;
  private int size;

  RowBuffer(int capacity) {
    this.bytes = new byte[capacity];
  }

  int size() {
    return size;
  }

  void drainTo(OutputStream out) throws IOException {
    out.write(bytes, 0, size);
    size = 0;
  }

  void text(String text) {
    bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  void bytes(byte[] text) {
    reserve(text.length);
    System.arraycopy(text, 0, bytes, size, text.length);
    size += text.length;
  }

  void ascii(char character) {
    reserve(1);
    bytes[size++] = (byte) character;
  }

  /** A whole number in decimal. */
  void number(long number) {
    if (number < 0) {
      ascii('-');
      number(-number);
      return;
    }
    reserve(MAX_DIGITS);
    int digits = 1;
    for (long rest = number / 10; rest > 0; rest /= 10) {
      digits++;
    }
    long rest = number;
    for (int at = size + digits - 1; at >= size; at--) {
      bytes[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    size += digits;
  }

  /** A number of 0 to 99 in two digits. */
  void twoDigits(int number) {
    reserve(2);
    bytes[size++] = (byte) ('0' + number / 10);
    bytes[size++] = (byte) ('0' + number % 10);
  }

  /** A number given in hundredths, with two decimals. */
  void hundredths(long hundredths) {
    if (hundredths < 0) {
      ascii('-');
    }
    long size = Math.abs(hundredths);
    number(size / 100);
    ascii('.');
    twoDigits((int) (size % 100));
  }

  private void reserve(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }
}
