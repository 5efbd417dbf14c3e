package io.millrace.api.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VersionChoiceTest {
  @Test
  void of_numberOrHash_isThat() {
    assertThat(VersionChoice.of("12")).contains(new VersionChoice.Number(12));
    assertThat(VersionChoice.of("999999999")).contains(new VersionChoice.Number(999_999_999));
    String hash = "0a".repeat(32);
    assertThat(VersionChoice.of(hash)).contains(new VersionChoice.Hash(hash));
    String digits = "12".repeat(32);
    assertThat(VersionChoice.of(digits)).contains(new VersionChoice.Hash(digits));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "0", "-1", "01", "1.0", "9999999999", "latest", "0A0A", "abc123", "١"})
  void of_otherText_isNone(String text) {
    assertThat(VersionChoice.of(text)).isEmpty();
    assertThat(VersionChoice.of("A".repeat(64))).isEmpty();
  }
}
