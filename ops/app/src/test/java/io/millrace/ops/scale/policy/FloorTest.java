package io.millrace.ops.scale.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FloorTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // 2026-11-21 is a Saturday
        "mon-fri 08:00-18:00 UTC 4            | 2026-11-20T08:00:00Z | true",
        "mon-fri 08:00-18:00 UTC 4            | 2026-11-20T18:00:00Z | false",
        "mon-fri 08:00-18:00 UTC 4            | 2026-11-21T09:00:00Z | false",
        "sat,sun 00:00-12:00 Europe/Berlin 4  | 2026-11-20T23:30:00Z | true",
        "fri 22:00-06:00 UTC 4                | 2026-11-21T05:59:00Z | true",
        "fri 22:00-06:00 UTC 4                | 2026-11-20T05:59:00Z | false",
        "sat-mon 10:00-11:00 UTC 4            | 2026-11-22T10:30:00Z | true"
      })
  void holdsAt_table(String text, Instant at, boolean expected) {
    assertThat(Floor.parse(text.strip()).holdsAt(at.toEpochMilli())).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mon 08:00-18:00 4            | must have the form DAYS HH:MM-HH:MM ZONE WORKERS",
        "mo 08:00-18:00 UTC 4         | day mo is none of mon, tue",
        "mon 08:00 UTC 4              | hours 08:00 must be HH:MM-HH:MM",
        "mon 08:00-25:00 UTC 4        | 25:00",
        "mon 08:00-18:00 Mars 4       | Mars",
        "mon 08:00-18:00 UTC four     | workers four is not a whole number",
        "mon 08:00-18:00 UTC 0        | workers is 0; it must be 1 or more"
      })
  void parse_wrong_namesThePart(String text, String said) {
    assertThatThrownBy(() -> Floor.parse(text.strip()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(said.strip());
  }
}
