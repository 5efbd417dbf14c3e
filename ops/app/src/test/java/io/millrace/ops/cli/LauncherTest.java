package io.millrace.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launcher against JDKs that are shell scripts, in a copy of the project's layout. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
  /** Surefire runs in the module's directory. */
  private static final Path SCRIPT = Path.of("../millrace").toAbsolutePath().normalize();

  private static final String ENDS_WELL =
      "mkdir -p ops/app/target/client; : >ops/app/target/millrace.jar;"
          + " : >ops/app/target/millrace-exec.jar";

  @TempDir Path dir;
  private Path root;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void layOut() throws IOException {
    root = Files.createDirectories(dir.resolve("a project"));
    Path ops = Files.createDirectories(root.resolve("ops"));
    Files.copy(SCRIPT, ops.resolve("millrace"));
    executable(ops.resolve("millrace"));
    for (String module : List.of("schema", "job-api", "job-workers", "ops/app")) {
      Path sources = Files.createDirectories(root.resolve(module).resolve("src/main/java"));
      Files.writeString(sources.resolve("A.java"), "class A {}");
    }
    Files.writeString(root.resolve("pom.xml"), "<project/>");
    mvnw(ENDS_WELL);
    // dirname, find and the like, and no java
    environment.put("PATH", path());
    environment.put("MILLRACE_JDK_DIRS", dir.resolve("no-jdks").toString());
    environment.put("HOME", dir.toString());
  }

  @Test
  void jdk_javaHomeIs17AndNoOther_saysWhatToInstall() throws Exception {
    environment.put("JAVA_HOME", jdk("jdk-17", "17.0.15", false).toString());

    ShellRun run = launch("--help");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).contains("needs a JDK 25").contains("JAVA_HOME");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void jdk_javaHomeIs25WithoutReleaseFile_isAskedForItsVersion() throws Exception {
    environment.put("JAVA_HOME", jdk("some-jdk", "25.0.3", false).toString());

    assertThat(launch("--help").out()).contains("some-jdk");
  }

  @Test
  void jdk_javaHomeIs17_takesTheOneOnPath() throws Exception {
    environment.put("JAVA_HOME", jdk("jdk-17", "17.0.15", true).toString());
    Path home = jdk("path-jdk", "25", true);
    Path bin = Files.createDirectories(dir.resolve("links"));
    Files.createSymbolicLink(bin.resolve("java"), home.resolve("bin/java"));
    environment.put("PATH", bin + ":" + path());

    assertThat(launch("--help").out()).contains("path-jdk");
  }

  @Test
  void jdk_noneSet_takesOneOfTheUsualDirectories() throws Exception {
    jdk("jdks/temurin-25-jdk-amd64", "25.0.1", true);
    jdk("jdks/jdk-25-that-is-21", "21.0.1", true);
    environment.put("MILLRACE_JDK_DIRS", dir.resolve("none") + ":" + dir.resolve("jdks"));

    assertThat(launch("--help").out()).contains("jdks/temurin-25-jdk-amd64");
  }

  @Test
  void jdk_variableOfBuildMachines_isTaken() throws Exception {
    environment.put("JDK_25", jdk("ci-jdk", "26-ea", true).toString());

    assertThat(launch("--help").out()).contains("ci-jdk");
  }

  @Test
  void command_client_startsFastFromTheSmallClassPath() throws Exception {
    good();

    ShellRun run = launch("status", "x y", "--watch");

    assertThat(arguments(run))
        .contains("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "io.millrace.ops.cli.Main")
        .endsWith("status", "x y", "--watch")
        .doesNotContain("-jar")
        .noneMatch(argument -> argument.startsWith("-XX:AOTCache"));
  }

  @Test
  void command_clientWithStartCache_usesIt() throws Exception {
    good();
    launch("--help");
    Path cache = root.resolve("ops/app/target/client.aot");
    Files.writeString(cache, "");

    assertThat(arguments(launch("status", "x"))).contains("-XX:AOTCache=" + cache.toRealPath());
    assertThat(arguments(launch("up"))).noneMatch(a -> a.startsWith("-XX:AOTCache"));
  }

  @Test
  void command_clientWithOptionsOfTheCaller_hasNoneOfItsOwn() throws Exception {
    good();
    environment.put("MILLRACE_JAVA_OPTS", "-XX:+UseParallelGC");

    assertThat(arguments(launch("status", "x")))
        .contains("-XX:+UseParallelGC")
        .doesNotContain("-XX:+UseSerialGC");
  }

  @Test
  void command_server_startsTheFatJarWithOptionsOfTheCaller() throws Exception {
    good();
    environment.put("MILLRACE_JAVA_OPTS", "-Xmx300m -Da=b");

    assertThat(arguments(launch("up", "--port", "1")))
        .containsExactly(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Xmx300m",
            "-Da=b",
            "-jar",
            root.toRealPath() + "/ops/app/target/millrace-exec.jar",
            "up",
            "--port",
            "1");
  }

  @Test
  void jar_ofTheCaller_isRunAndNothingBuilt() throws Exception {
    good();
    mvnw("exit 1");
    environment.put("MILLRACE_JAR", "/some/where.jar");

    assertThat(arguments(launch("up"))).endsWith("-jar", "/some/where.jar", "up");
  }

  @Test
  void otel_switch_attachesTheAgentAndIsNotPassedOn() throws Exception {
    good();
    launch("--help");
    Path agent = root.resolve("ops/app/target/otel/opentelemetry-javaagent.jar");
    Files.createDirectories(agent.getParent());
    Files.writeString(agent, "");

    assertThat(arguments(launch("up", "--otel")))
        .contains("-javaagent:" + agent.toRealPath())
        .doesNotContain("--otel");
    assertThat(arguments(launch("up"))).noneMatch(a -> a.startsWith("-javaagent"));
    environment.put("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318");
    assertThat(arguments(launch("up"))).contains("-javaagent:" + agent.toRealPath());
    assertThat(arguments(launch("status", "x"))).noneMatch(a -> a.startsWith("-javaagent"));
  }

  @Test
  void otel_agentMissing_saysSo() throws Exception {
    good();

    ShellRun run = launch("up", "--otel");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("agent is missing");
  }

  @Test
  void build_onlyWhenMissingOrOlderThanASource() throws Exception {
    good();
    assertThat(launch("--help").err()).contains("Building Millrace");
    assertThat(launch("--help").err()).isEmpty();

    touch(root.resolve("README.md"));
    touch(root.resolve("schema/src/test/java/ATest.java"));
    assertThat(launch("--help").err()).isEmpty();

    touch(root.resolve("schema/src/main/java/B.java"));
    assertThat(launch("--help").err()).contains("Building Millrace");
  }

  @Test
  void build_fails_printsTheLastLinesAndTheLog() throws Exception {
    good();
    mvnw(
        "echo head of the log; for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24;"
            + " do echo line $i; done; echo boom >&2; exit 1");

    ShellRun run = launch("--help");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("line 24", "boom").doesNotContain("head of the log");
    assertThat(run.err()).contains("ops/app/target/launcher-build.log");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void script_throughSymbolicLinksFromElsewhere_findsItsProject() throws Exception {
    good();
    Path bin = Files.createDirectories(dir.resolve("bin"));
    Files.createSymbolicLink(bin.resolve("two"), root.resolve("ops/millrace"));
    Files.createSymbolicLink(bin.resolve("mr"), Path.of("two"));

    ShellRun run = ShellRun.of(bin, environment, List.of("./mr", "up"));

    assertThat(arguments(run)).contains(root.toRealPath() + "/ops/app/target/millrace-exec.jar");
  }

  private void good() throws IOException {
    environment.put("JAVA_HOME", jdk("good", "25", true).toString());
  }

  private ShellRun launch(String... args) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("sh", root + "/ops/millrace"));
    command.addAll(List.of(args));
    return ShellRun.of(dir, environment, command);
  }

  private static List<String> arguments(ShellRun run) {
    assertThat(run.err()).doesNotContain("failed");
    return run.out().lines().skip(1).toList();
  }

  /** A home whose java prints its version when asked, otherwise its path and its arguments. */
  private Path jdk(String name, String version, boolean release) throws IOException {
    Path home = dir.resolve(name);
    Path bin = Files.createDirectories(home.resolve("bin"));
    Files.writeString(
        bin.resolve("java"),
        "#!/bin/sh\nif [ \"$1\" = -version ]; then\n"
            + "  echo 'openjdk version \""
            + version
            + "\" 2025-01-01' >&2\n  exit\nfi\necho \"$0\"\nprintf '%s\\n' \"$@\"\n");
    Files.writeString(bin.resolve("javac"), "#!/bin/sh\n");
    executable(bin.resolve("java"));
    executable(bin.resolve("javac"));
    if (release) {
      Files.writeString(
          home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
    }
    return home;
  }

  private void mvnw(String body) throws IOException {
    Path wrapper = root.resolve("mvnw");
    Files.writeString(wrapper, "#!/bin/sh\n" + body + "\n");
    executable(wrapper);
  }

  /** The tools the script needs, in one directory in which there is no java. */
  private String path() throws IOException {
    Path tools = dir.resolve("tools");
    if (Files.isDirectory(tools)) {
      return tools.toString();
    }
    Files.createDirectories(tools);
    for (String tool :
        List.of("sh", "readlink", "find", "head", "tail", "mkdir", "rm", "mv", "stty", "tput")) {
      for (String place : List.of("/bin/", "/usr/bin/")) {
        if (Files.exists(Path.of(place + tool)) && !Files.exists(tools.resolve(tool))) {
          Files.writeString(tools.resolve(tool), "#!/bin/sh\nexec " + place + tool + " \"$@\"\n");
          executable(tools.resolve(tool));
        }
      }
    }
    return tools.toString();
  }

  /** Written a minute from now: file systems round their times. */
  private static void touch(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "");
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(60)));
  }

  private static void executable(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
