package io.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PointerMessageTest {
  private static final UUID ID = UUID.fromString("019f1d83-347b-7abc-8def-0123456789ab");

  @Test
  void encode_anId_isVersionOneAndItsBytes() {
    assertThat(PointerMessage.encode(ID))
        .asHexString()
        .isEqualTo("01019F1D83347B7ABC8DEF0123456789AB");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "019f1d83-347b-7abc-8def-0123456789ab",
        "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff"
      })
  void decode_encoded_isTheSameId(String id) {
    UUID given = UUID.fromString(id);
    assertThat(PointerMessage.decode(PointerMessage.encode(given))).contains(given);
  }

  @ParameterizedTest
  @ValueSource(bytes = {0, 2, -1})
  void decode_otherVersion_isEmpty(byte version) {
    byte[] message = PointerMessage.encode(ID);
    message[0] = version;
    assertThat(PointerMessage.decode(message)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16, 18, 1_000})
  void decode_otherLength_isEmpty(int length) {
    assertThat(PointerMessage.decode(Arrays.copyOf(PointerMessage.encode(ID), length))).isEmpty();
  }

  @Test
  void decode_recordWithoutValue_isEmpty() {
    assertThat(PointerMessage.decode(null)).isEmpty();
  }
}
