package io.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the next start finds after the JVM that owned the folder died. */
class DeadOwnerIT {
  @TempDir private Path directory;

  @Test
  void start_ownerKilled_orphansEndedAndDataThere() throws Exception {
    Process owner = owner();
    assertThatThrownBy(() -> LocalStack.start(LocalSettings.at(directory)))
        .isInstanceOf(FolderInUseException.class)
        .hasMessageContaining("in use by process " + owner.pid());

    owner.destroyForcibly().waitFor();
    String ports = portsFile();
    List<ProcessHandle> orphans = servers();
    assertThat(orphans).hasSize(2).allMatch(ProcessTable::isLive);

    try (LocalStack stack = LocalStack.start(LocalSettings.at(directory))) {
      assertThat(orphans).noneMatch(ProcessTable::isLive);
      assertThat(portsFile()).as("clients find the servers where they were").isEqualTo(ports);
      Clients clients = new Clients(stack);
      assertThat(clients.value("SELECT x FROM owner")).isEqualTo("7");
      assertThat(clients.take("owner-group", "owner", 1)).containsExactly("acknowledged");
    }
    assertThat(servers()).isEmpty();
  }

  @Test
  void exit_stackNotClosed_noProcessLeft() throws Exception {
    Process owner = owner();
    assertThat(servers()).hasSize(2);
    owner.outputWriter().write('\n');
    owner.outputWriter().flush();
    assertThat(owner.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(servers()).isEmpty();
  }

  /** Without comments: one of them is the time of writing. */
  private String portsFile() throws Exception {
    return Files.readAllLines(directory.resolve("ports.properties")).stream()
        .filter(line -> !line.startsWith("#"))
        .sorted()
        .collect(Collectors.joining("\n"));
  }

  private List<ProcessHandle> servers() {
    return Stream.of(
            ProcessTable.roots(ProcessTable.of("postgres", directory.resolve("postgres/data"))),
            ProcessTable.roots(ProcessTable.of("redis-server", directory.resolve("redis"))))
        .flatMap(List::stream)
        .toList();
  }

  private Process owner() throws Exception {
    Path out = directory.resolve("owner.out");
    Process owner =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                StackOwner.class.getName(),
                directory.toString())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    await()
        .atMost(Duration.ofSeconds(40))
        .until(() -> said(out).contains("ready") || !owner.isAlive());
    assertThat(owner.isAlive()).as(() -> "owner alive; it said: " + said(out)).isTrue();
    return owner;
  }

  private static List<String> said(Path out) {
    try {
      return Files.readAllLines(out);
    } catch (IOException e) {
      return List.of(); // Not written yet.
    }
  }
}
