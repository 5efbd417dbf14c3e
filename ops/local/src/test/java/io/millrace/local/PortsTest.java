package io.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortsTest {
  @TempDir private Path directory;

  @Test
  void choose_secondTime_samePorts() {
    LocalSettings settings = LocalSettings.at(directory);
    assertThat(Ports.choose(settings, directory)).isEqualTo(Ports.choose(settings, directory));
  }

  @Test
  void choose_rememberedPortTaken_another() throws Exception {
    LocalSettings settings = LocalSettings.at(directory);
    Ports before = Ports.choose(settings, directory);
    try (ServerSocket taken = new ServerSocket(before.kafka(), 1, Ports.loopback())) {
      Ports after = Ports.choose(settings, directory);
      assertThat(after.kafka()).isNotEqualTo(taken.getLocalPort());
      assertThat(after.postgres()).isEqualTo(before.postgres());
    }
  }

  @Test
  void choose_configured_winsOverRemembered() {
    LocalSettings settings = LocalSettings.at(directory);
    int other = Ports.choose(settings, directory).redis() + 1;
    assertThat(Ports.choose(settings.withPorts(0, 0, other), directory).redis()).isEqualTo(other);
  }

  @Test
  void choose_damagedFile_chosenAnew() throws Exception {
    Files.writeString(directory.resolve("ports.properties"), "postgres=many\nkafka=-1\n");
    assertThat(Ports.choose(LocalSettings.at(directory), directory).postgres()).isPositive();
  }
}
