package io.millrace.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The message that says which jobs have just got new events: a version byte and the 16 bytes of
 * each id, for all jobs of one transaction. It has no key and no headers.
 */
public final class HintMessage {
  /** Most ids in one message: 160 KB, far below what a broker takes. */
  public static final int MAX_IDS = 10_000;

  private static final byte VERSION = 1;
  private static final int ID_BYTES = 16;

  private HintMessage() {}

  /**
   * Encodes ids.
   *
   * @param ids at most {@link #MAX_IDS}
   */
  public static byte[] encode(Collection<UUID> ids) {
    if (ids.size() > MAX_IDS) {
      throw new IllegalArgumentException(
          ids.size() + " ids in a hint, but it takes at most " + MAX_IDS);
    }
    ByteBuffer buffer = ByteBuffer.allocate(1 + ids.size() * ID_BYTES).put(VERSION);
    for (UUID id : ids) {
      buffer.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    }
    return buffer.array();
  }

  /** Decodes ids; none when the bytes are not a message of a known version. */
  public static List<UUID> decode(byte @Nullable [] message) {
    if (message == null
        || message.length == 0
        || message[0] != VERSION
        || (message.length - 1) % ID_BYTES != 0) {
      return List.of();
    }
    ByteBuffer buffer = ByteBuffer.wrap(message, 1, message.length - 1);
    List<UUID> ids = new ArrayList<>(buffer.remaining() / ID_BYTES);
    while (buffer.hasRemaining()) {
      ids.add(new UUID(buffer.getLong(), buffer.getLong()));
    }
    return ids;
  }
}
