package io.millrace.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.CachedResult;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResultCodecTest {
  private static final int LARGEST = 10_000;
  private static final String KEY = "ab".repeat(32);
  private static final String OTHER = "ab".repeat(31) + "cd";

  private static CachedResult result(String json, @Nullable String tenant) {
    return new CachedResult(
        KEY,
        tenant,
        "echo",
        new UUID(1, 2),
        Instant.parse("2030-01-01T00:00:00.123456Z"),
        Instant.parse("2030-01-01T00:05:00Z"),
        1234,
        json);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "false", "null", "\"\"", "{\"a\": \"é😀\"}"})
  void decode_whatWasEncoded_isTheSame(String json) {
    CachedResult result = result(json, "t");
    assertThat(ResultCodec.decode(KEY, ResultCodec.encode(result), LARGEST)).contains(result);
    CachedResult shared = result(json, null);
    assertThat(ResultCodec.decode(KEY, ResultCodec.encode(shared), LARGEST)).contains(shared);
  }

  @Test
  void encode_longResult_isCompressed() {
    CachedResult result = result('"' + "x".repeat(9_000) + '"', "t");
    byte[] value = ResultCodec.encode(result);
    assertThat(value.length).isLessThan(500);
    assertThat(ResultCodec.decode(KEY, value, LARGEST)).contains(result);
    assertThat(ResultCodec.decode(KEY, value, 9_001)).isEmpty();
  }

  @Test
  void decode_anyBitTurned_isNothing() {
    byte[] value = ResultCodec.encode(result("{\"a\": 1}", "t"));
    for (int bit = 0; bit < value.length * 8; bit++) {
      byte[] damaged = value.clone();
      damaged[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThat(ResultCodec.decode(KEY, damaged, LARGEST)).isEmpty();
    }
  }

  @Test
  void decode_underAnotherKey_isNothing() {
    assertThat(ResultCodec.decode(OTHER, ResultCodec.encode(result("1", "t")), LARGEST)).isEmpty();
  }

  @Test
  void decode_garbage_isNothing() {
    Random random = new Random(3);
    for (int i = 0; i < 10_000; i++) {
      byte[] garbage = new byte[random.nextInt(200)];
      random.nextBytes(garbage);
      assertThat(ResultCodec.decode(KEY, garbage, LARGEST)).isEmpty();
    }
  }
}
