package io.millrace.ops.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir private Path folder;

  @Test
  void run_good_returnsItsLines() throws Exception {
    assertThat(
            child()
                .run(
                    "it",
                    folder,
                    LONG,
                    List.of("sh", "-c", "echo a; echo $B; echo c >&2; cat; pwd"),
                    Map.of("B", "b")))
        .containsExactly("a", "b", folder.toRealPath().toString());
  }

  @Test
  void run_failed_saysItsLastWords() {
    assertThatThrownBy(() -> run(LONG, "echo fine; echo no  disk >&2; exit 3"))
        .isInstanceOf(LeftOutException.class)
        .hasMessage("it failed with code 3: no disk");
    assertThatThrownBy(() -> run(LONG, "exit 4"))
        .hasMessage("it failed with code 4: it said nothing");
  }

  @Test
  void run_noSuchProgram_isLeftOut() {
    assertThatThrownBy(() -> child().run("it", folder, LONG, List.of("no-such-program"), Map.of()))
        .isInstanceOf(LeftOutException.class)
        .hasMessageStartingWith("it cannot be run: Cannot run program \"no-such-program\"");
  }

  @Test
  void run_stuck_isKilledWithItsChildren() throws Exception {
    Path pid = folder.resolve("pid");
    String script = "sleep 600 & echo $! > %s; wait".formatted(pid);
    assertThatThrownBy(() -> run(Duration.ofSeconds(2), script))
        .isInstanceOf(LeftOutException.class)
        .hasMessage("it was not done within 2 s and was stopped");
    long sleeper = Long.parseLong(Files.readString(pid).strip());
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> ProcessHandle.of(sleeper).filter(ProcessHandle::isAlive).isEmpty());
  }

  private List<String> run(Duration bound, String script)
      throws LeftOutException, InterruptedException {
    return child().run("it", folder, bound, List.of("sh", "-c", script), Map.of());
  }

  private Child child() {
    return new Child(folder.resolve("output"));
  }
}
