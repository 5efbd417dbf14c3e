package io.millrace.cache;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads what a {@link ValueWriter} wrote and believes none of it before the checksum fits. */
final class ValueReader {
  private final ByteBuffer in;

  private ValueReader(ByteBuffer in) {
    this.in = in;
  }

  /**
   * Reads a whole value.
   *
   * @return empty unless version, kind, id and checksum fit and all bytes are used up
   */
  static <T> Optional<T> read(
      byte[] value, byte version, byte kind, UUID id, Function<ValueReader, T> fields) {
    int end = value.length - ValueWriter.CHECKSUM_BYTES;
    if (end < ValueWriter.HEADER_BYTES
        || value[0] != version
        || value[1] != kind
        || ByteBuffer.wrap(value).getInt(end) != ValueWriter.checksum(value, end)) {
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(value, 2, end - 2);
    if (!new UUID(in.getLong(), in.getLong()).equals(id)) {
      return Optional.empty();
    }
    try {
      T read = fields.apply(new ValueReader(in));
      return in.hasRemaining() ? Optional.empty() : Optional.of(read);
    } catch (BufferUnderflowException | IllegalArgumentException | DateTimeException e) {
      return Optional.empty(); // Somebody's bytes with a valid checksum, but not these fields.
    }
  }

  int number() {
    return in.getInt();
  }

  double fraction() {
    return Double.longBitsToDouble(in.getLong());
  }

  long big() {
    return in.getLong();
  }

  byte[] bytes() {
    int length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new IllegalArgumentException("a value of " + length + " bytes");
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  String text() {
    int length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new IllegalArgumentException("a text of " + length + " bytes");
    }
    String text = new String(in.array(), in.position(), length, StandardCharsets.UTF_8);
    in.position(in.position() + length);
    return text;
  }

  <E extends Enum<E>> E name(Class<E> type) {
    return Enum.valueOf(type, text());
  }

  Instant time() {
    return Instant.ofEpochSecond(in.getLong(), in.getInt());
  }

  <T> @Nullable T optional(Supplier<T> field) {
    return in.get() == 0 ? null : field.get();
  }
}
