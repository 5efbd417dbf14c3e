package io.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PriorityTest {
  @ParameterizedTest
  @CsvSource({"CRITICAL,0,critical", "HIGH,1,high", "NORMAL,2,normal", "LOW,3,low"})
  void codeAndName_eachPriority_areTheStoredOnes(Priority priority, int code, String wireName) {
    assertThat(priority.code()).isEqualTo((short) code);
    assertThat(Priority.ofCode(code)).isEqualTo(priority);
    assertThat(priority.wireName()).isEqualTo(wireName);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 4, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void ofCode_outsideRange_isRefused(int code) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Priority.ofCode(code))
        .withMessage("priority code " + code + " is outside 0..3");
  }

  @Test
  void wireName_turkishLocale_keepsItsDots() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("tr"));
    try {
      assertThat(Priority.HIGH.wireName()).isEqualTo("high");
    } finally {
      Locale.setDefault(before);
    }
  }
}
