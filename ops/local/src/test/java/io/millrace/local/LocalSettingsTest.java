package io.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class LocalSettingsTest {
  private static final LocalSettings DEFAULTS = LocalSettings.at(Path.of("data"));

  @Test
  void at_relativePath_becomesAbsolute() {
    assertThat(DEFAULTS.dataDirectory()).isAbsolute();
    assertThat(DEFAULTS.durability()).isEqualTo(Durability.FULL);
  }

  @Test
  void withPorts_outOfRange_quotesKeyValueRange() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DEFAULTS.withPorts(0, 65_536, 0))
        .withMessageContaining("millrace.local.kafka-port = 65536 is outside 0 to 65535");
  }

  @Test
  void withBrokerProperty_placement_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DEFAULTS.withBrokerProperty("listeners", "PLAINTEXT://0.0.0.0:9092"))
        .withMessageContaining("must not set listeners");
  }
}
