package io.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class HintMessageTest {
  private static final UUID FIRST = UUID.fromString("01a1fa85-1806-7620-a175-ec1f6c512bad");
  private static final UUID SECOND = UUID.fromString("ffffffff-ffff-ffff-ffff-ffffffffffff");

  @Test
  void decode_encoded_areTheSameIdsInOrder() {
    assertThat(HintMessage.decode(HintMessage.encode(List.of(SECOND, FIRST))))
        .containsExactly(SECOND, FIRST);
    assertThat(HintMessage.decode(HintMessage.encode(List.of()))).isEmpty();
  }

  @Test
  void decode_notAHint_isEmpty() {
    byte[] cut = HintMessage.encode(List.of(FIRST));
    byte[] newer = cut.clone();
    newer[0] = 2;

    assertThat(HintMessage.decode(null)).isEmpty();
    assertThat(HintMessage.decode(new byte[0])).isEmpty();
    assertThat(HintMessage.decode(java.util.Arrays.copyOf(cut, cut.length - 1))).isEmpty();
    assertThat(HintMessage.decode(newer)).isEmpty();
  }

  @Test
  void encode_oneTooMany_isRefused() {
    assertThat(HintMessage.encode(Collections.nCopies(HintMessage.MAX_IDS, FIRST)))
        .hasSize(160_001);
    assertThatThrownBy(
            () -> HintMessage.encode(Collections.nCopies(HintMessage.MAX_IDS + 1, FIRST)))
        .hasMessageContaining("at most 10000");
  }
}
