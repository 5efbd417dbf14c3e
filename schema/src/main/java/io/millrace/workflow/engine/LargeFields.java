package io.millrace.workflow.engine;

import io.millrace.model.Limits;
import io.millrace.store.ArtifactStore.Large;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A payload of a run's job, whose large fields stand beside it and are named in it.
 *
 * @param payload JSON text; instead of a large field {@code {"$artifact": HASH, "bytes": N}}
 * @param bytes of the payload in UTF-8
 */
record LargeFields(String payload, int bytes, List<Large> fields) {
  /** The name by which a payload says that a field stands beside it. */
  static final String MARK = "$artifact";

  /**
   * Takes the large fields out of a payload.
   *
   * @param job whose payload it is
   * @param inline most bytes of a field that stays
   */
  static LargeFields of(UUID job, @Nullable Object payload, int inline) {
    String whole = JsonText.write(payload);
    int bytes = bytes(whole).length;
    if (bytes <= inline || !(payload instanceof Map<?, ?> given)) {
      return new LargeFields(whole, bytes, List.of());
    }
    List<Large> fields = new ArrayList<>();
    Map<String, @Nullable Object> left = new LinkedHashMap<>();
    given.forEach(
        (name, value) -> {
          Large large = large(job, (String) name, value, inline);
          if (large == null) {
            left.put((String) name, value);
          } else {
            fields.add(large);
            left.put((String) name, Map.of(MARK, large.hash(), "bytes", large.bytes()));
          }
        });
    String text = JsonText.write(left);
    return new LargeFields(text, bytes(text).length, fields);
  }

  /** Whether it still has more than a payload may have. */
  boolean isTooLong() {
    return bytes > Limits.MAX_PAYLOAD_BYTES;
  }

  private static @Nullable Large large(UUID job, String name, @Nullable Object value, int inline) {
    String text = JsonText.write(value);
    byte[] content = bytes(text);
    return content.length <= inline
        ? null
        : new Large(job, name, hash(content), text, content.length);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String hash(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every JDK has it.
    }
  }
}
