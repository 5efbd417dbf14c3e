package io.millrace.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OptionsTest {
  private static final Map<String, String> ENVIRONMENT = Map.of("PGPASSWORD", "secret");

  @Test
  void parse_allOptions_areTaken() {
    String[] given =
        ("--peer jobrunr --case drain --url jdbc:x --user u --jobs 7 --seconds 3 --clients 1,64")
            .split(" ");
    assertThat(Options.parse(given, ENVIRONMENT))
        .isEqualTo(new Options("jobrunr", "drain", "jdbc:x", "u", "secret", 7, 3, List.of(1, 64)));
  }

  @Test
  void parse_somethingWrong_saysWhichOption() {
    assertRefused("--peer jobrunr", "option --case is missing");
    assertRefused("--peer", "option --peer is unknown or has no value");
    assertRefused("--job 3", "option --job is unknown or has no value");
    assertRefused(
        "--peer p --case c --url u --user u --jobs 0",
        "--jobs = 0, but must be a number from 1 to 10000000");
    assertRefused(
        "--peer p --case c --url u --user u --clients 16,many",
        "--clients = many, but must be a number from 1 to 64");
  }

  @Test
  void median_threeInAnyOrder_isTheMiddleOne() {
    assertThat(PeerCases.median(new double[] {9, 1, 5})).isEqualTo(5);
  }

  private static void assertRefused(String line, String message) {
    assertThatThrownBy(() -> Options.parse(line.split(" "), ENVIRONMENT))
        .isInstanceOf(PeerFault.class)
        .hasMessage(message);
  }
}
