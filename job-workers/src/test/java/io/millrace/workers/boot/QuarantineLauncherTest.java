package io.millrace.workers.boot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuarantineLauncherTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "-XX:AOTCache=/there/server.aot",
        "-Xlog:aot=off",
        "-XX:+UseCompactObjectHeaders",
        "--enable-native-access=ALL-UNNAMED"
      })
  void passesOn_whatTheStartNeeds_true(String argument) {
    assertThat(QuarantineLauncher.passesOn(argument)).isTrue();
  }

  @Test
  void passesOn_memoryAndWhatOnlyOneProcessCanHave_false() {
    assertThat(
            java.util.List.of(
                "-Xmx4g", "-Xms32m", "-XX:+UseG1GC", "-XX:AOTCacheOutput=/there/server.aot"))
        .noneMatch(QuarantineLauncher::passesOn);
  }
}
