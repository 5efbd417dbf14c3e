package io.millrace.wire;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The message that announces a job: a version byte and the 16 bytes of its id. The record's key is
 * the tenant; everything else is in the job's row. No headers, so nothing of a foreign writer is
 * ever interpreted.
 */
public final class PointerMessage {
  private static final byte VERSION = 1;
  private static final int BYTES = 17;

  private PointerMessage() {}

  /** Encodes a job's id. */
  public static byte[] encode(UUID id) {
    return ByteBuffer.allocate(BYTES)
        .put(VERSION)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits())
        .array();
  }

  /** Decodes a job's id; empty when the bytes are not a message of a known version. */
  public static Optional<UUID> decode(byte @Nullable [] message) {
    if (message == null || message.length != BYTES || message[0] != VERSION) {
      return Optional.empty();
    }
    ByteBuffer buffer = ByteBuffer.wrap(message, 1, BYTES - 1);
    return Optional.of(new UUID(buffer.getLong(), buffer.getLong()));
  }
}
