package io.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class JobErrorTest {
  private static final int MAX = Limits.MAX_ERROR_MESSAGE_CHARS;
  private static final String FACE = "\uD83D\uDE00";

  @Test
  void message_atTheLimit_isKept() {
    assertThat(stored("x".repeat(MAX))).isEqualTo("x".repeat(MAX));
  }

  @Test
  void message_oneTooLong_isCutToTheLimitWithAnEllipsis() {
    assertThat(stored("x".repeat(MAX + 1))).isEqualTo("x".repeat(MAX - 1) + "…");
  }

  @Test
  void message_cutInsideAPair_losesTheWholePair() {
    String cut = stored("x".repeat(MAX - 2) + FACE + "xxx");
    assertThat(cut).isEqualTo("x".repeat(MAX - 2) + "…");
    assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(cut)).isTrue();
  }

  @Test
  void message_cutBehindAPair_keepsThePair() {
    assertThat(stored("x".repeat(MAX - 3) + FACE + "xxx"))
        .isEqualTo("x".repeat(MAX - 3) + FACE + "…");
  }

  @Test
  void message_withNul_isWrittenOutBecausePostgresTakesNone() {
    assertThat(stored("a\u0000b")).isEqualTo("a\\u0000b");
  }

  @Test
  void message_grownByItsNuls_isCutAfterwards() {
    assertThat(stored("\u0000".repeat(MAX))).hasSize(MAX).startsWith("\\u0000").endsWith("…");
  }

  private static String stored(String message) {
    return new JobError(ErrorKind.HANDLER, message, 1).message();
  }
}
