package io.millrace.ops.bench.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.ops.up.Role;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HostSettingsTest {
  @Test
  void arguments_readBack_areTheSame() {
    HostSettings settings =
        new HostSettings(
            Path.of("/tmp/x"), Set.of(Role.INFRA, Role.API), Map.of("a.b", "c=d", "e", ""));
    assertThat(HostSettings.of(settings.arguments())).isEqualTo(settings);
  }

  @Test
  void arguments_withoutRoles_areReadBackToo() {
    HostSettings settings = new HostSettings(Path.of("/tmp/x"), Set.of(), Map.of());
    assertThat(HostSettings.of(settings.arguments())).isEqualTo(settings);
  }

  @Test
  void stats_readBack_areTheSame() {
    HostStats stats = HostStats.now();
    assertThat(HostStats.parse(stats.line())).isEqualTo(stats);
    assertThat(stats.values().get(HostStats.ALLOCATED_BYTES)).isPositive();
  }

  @Test
  void perThousand_ofTwoReadings_dividesTheDifference() {
    Spent before = new Spent(Map.of("transactions", 100L));
    Spent after = new Spent(Map.of("transactions", 150L));
    assertThat(after.perThousand(before, 2_000)).containsExactly(Map.entry("transactions", 25.0));
  }
}
