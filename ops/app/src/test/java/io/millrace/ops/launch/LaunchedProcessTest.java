package io.millrace.ops.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Against launchers that are shell scripts. */
@EnabledOnOs(OS.LINUX)
class LaunchedProcessTest {
  @TempDir Path dir;

  @Test
  void secondsUntil_conditionHolds_returnsAndTheProcessIsMeasured() throws Exception {
    try (LaunchedProcess launched = start("echo \"$1\" is up; exec sleep 60", "all")) {
      assertThat(launched.secondsUntil("greeting", () -> launched.said("all is up"))).isPositive();
      assertThat(launched.ownMib()).isPositive().isLessThan(launched.rssMib());
    }
  }

  @Test
  void secondsUntil_processEnds_saysWhatItSaid() throws Exception {
    try (LaunchedProcess launched = start("echo Port 1 is taken >&2; exit 2")) {
      assertThatThrownBy(() -> launched.secondsUntil("readiness", () -> false))
          .hasMessageContaining("exit code 2 before readiness")
          .hasMessageContaining("Port 1 is taken");
    }
  }

  @Test
  void close_processRuns_endsIt() throws Exception {
    LaunchedProcess launched = start("echo $$ is up; exec sleep 60");
    launched.secondsUntil("greeting", () -> launched.said("is up"));
    long pid = Long.parseLong(Files.readString(dir.resolve("out")).split(" ", 2)[0]);

    launched.close();

    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
  }

  private LaunchedProcess start(String script, String... arguments) throws IOException {
    Path launcher = Files.writeString(dir.resolve("launcher"), "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
    return LaunchedProcess.start(launcher, dir.resolve("out"), List.of(arguments));
  }
}
