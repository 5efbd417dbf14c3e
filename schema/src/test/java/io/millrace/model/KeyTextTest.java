package io.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.millrace.model.ApiKey.Role;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTextTest {
  private static final byte[] ID = {0, 1, 2, 3, 4, 5, 6, (byte) 0xff};

  @Test
  void reveal_readAgain_isTheSameKey() {
    // All ones become underscores, the character that also divides the parts.
    KeyText key = KeyText.of(ID, filled((byte) 0xff));
    assertThat(key.reveal()).startsWith("mr_00010203040506ff___________");
    KeyText again = KeyText.parse(key.reveal()).orElseThrow();
    assertThat(again.id()).isEqualTo(key.id());
    assertThat(again.reveal()).isEqualTo(key.reveal());
    assertThat(again.secretHash()).isEqualTo(key.secretHash());
  }

  @Test
  void secretHash_isSha256OfTheSecretAlone() {
    // printf 'A%.0s' $(seq 43) | sha256sum
    assertThat(KeyText.of(ID, filled((byte) 0)).secretHash())
        .isEqualTo("0f007385b6f9d4b7eeb2748605afe1a984a0a3bfa3f014d09e2a784ce9e5cd1a");
  }

  @Test
  void opens_otherSecret_isFalse() {
    KeyText key = KeyText.of(ID, filled((byte) 1));
    ApiKey kept =
        new ApiKey(key.id(), "t", "n", Role.TENANT, key.secretHash(), Instant.EPOCH, null);
    assertThat(key.opens(kept)).isTrue();
    assertThat(KeyText.of(ID, filled((byte) 2)).opens(kept)).isFalse();
  }

  @Test
  void toString_hidesTheSecret() {
    KeyText key = KeyText.of(ID, filled((byte) 7));
    assertThat(key).hasToString("mr_00010203040506ff_…");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "mr_",
        "mr_00010203040506ff",
        "mr_00010203040506ff_short",
        "mr_00010203040506FF_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "mr_00010203040506ff_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "mr_00010203040506ff_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "xx_00010203040506ff_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
      })
  void parse_otherText_isNoKey(String text) {
    assertThat(KeyText.parse(text)).isEmpty();
  }

  @Test
  void of_wrongLengths_areRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> KeyText.of(new byte[7], new byte[32]));
    assertThatIllegalArgumentException().isThrownBy(() -> KeyText.of(new byte[8], new byte[31]));
  }

  private static byte[] filled(byte value) {
    byte[] secret = new byte[KeyText.SECRET_BYTES];
    Arrays.fill(secret, value);
    return secret;
  }
}
