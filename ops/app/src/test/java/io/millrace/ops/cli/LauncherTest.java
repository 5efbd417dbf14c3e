package io.millrace.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launcher against JDKs that are shell scripts, in a copy of the project's layout. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
  @TempDir Path dir;
  private LauncherProject project;

  @BeforeEach
  void layOut() throws IOException {
    project = new LauncherProject(dir);
  }

  @Test
  void jdk_javaHomeIs17AndNoOther_saysWhatToInstall() throws Exception {
    project.set("JAVA_HOME", project.jdk("jdk-17", "17.0.15", false));

    ShellRun run = project.launch("--help");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).contains("needs a JDK 25").contains("JAVA_HOME");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void jdk_javaHomeIs25WithoutReleaseFile_isAskedForItsVersion() throws Exception {
    project.set("JAVA_HOME", project.jdk("some-jdk", "25.0.3", false));

    assertThat(project.launch("--help").out()).contains("some-jdk");
  }

  @Test
  void jdk_javaHomeIs17_takesTheOneOnPath() throws Exception {
    project.set("JAVA_HOME", project.jdk("jdk-17", "17.0.15", true));
    Path home = project.jdk("path-jdk", "25", true);
    Path bin = Files.createDirectories(dir.resolve("links"));
    Files.createSymbolicLink(bin.resolve("java"), home.resolve("bin/java"));
    project.set("PATH", bin + ":" + project.path());

    assertThat(project.launch("--help").out()).contains("path-jdk");
  }

  @Test
  void jdk_noneSet_takesOneOfTheUsualDirectories() throws Exception {
    project.jdk("jdks/temurin-25-jdk-amd64", "25.0.1", true);
    project.jdk("jdks/jdk-25-that-is-21", "21.0.1", true);
    project.set("MILLRACE_JDK_DIRS", dir.resolve("none") + ":" + dir.resolve("jdks"));

    assertThat(project.launch("--help").out()).contains("jdks/temurin-25-jdk-amd64");
  }

  @Test
  void jdk_variableOfBuildMachines_isTaken() throws Exception {
    project.set("JDK_25", project.jdk("ci-jdk", "26-ea", true));

    assertThat(project.launch("--help").out()).contains("ci-jdk");
  }

  @Test
  void command_client_startsFastFromTheSmallClassPath() throws Exception {
    project.withJdk();

    ShellRun run = project.launch("status", "x y", "--watch");

    assertThat(arguments(run))
        .contains("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "io.millrace.ops.cli.Main")
        .endsWith("status", "x y", "--watch")
        .doesNotContain("-jar")
        .noneMatch(argument -> argument.startsWith("-XX:AOTCache"));
  }

  @Test
  void command_clientWithStartCache_usesIt() throws Exception {
    project.withJdk();
    project.launch("--help");
    Path cache = project.root().resolve("ops/app/target/client.aot");
    Files.writeString(cache, "");

    assertThat(arguments(project.launch("status", "x")))
        .contains("-XX:AOTCache=" + cache.toRealPath());
    assertThat(arguments(project.launch("up"))).noneMatch(a -> a.startsWith("-XX:AOTCache"));
  }

  @Test
  void command_clientWithOptionsOfTheCaller_hasNoneOfItsOwn() throws Exception {
    project.withJdk();
    project.set("MILLRACE_JAVA_OPTS", "-XX:+UseParallelGC");

    assertThat(arguments(project.launch("status", "x")))
        .contains("-XX:+UseParallelGC")
        .doesNotContain("-XX:+UseSerialGC");
  }

  @Test
  void command_server_optionsOfTheCallerComeLastAndWin() throws Exception {
    project.withJdk();
    project.set("MILLRACE_JAVA_OPTS", "-Xmx300m -Da=b");

    assertThat(arguments(project.launch("up", "--port", "1")))
        .startsWith(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+UseCompactObjectHeaders")
        .endsWith(
            "-Xmx300m",
            "-Da=b",
            "-cp",
            project.file("ops/app/target/millrace.jar")
                + ":"
                + project.file("ops/app/target/server/*"),
            "io.millrace.ops.cli.Main",
            "up",
            "--port",
            "1")
        .noneMatch(argument -> argument.startsWith("-XX:AOTCache"));
  }

  @Test
  void train_works_makesACachePerKindOfProcessUntilTheNextBuild() throws Exception {
    project.withTrainingJdk();
    assertThat(arguments(project.launch("up"))).noneMatch(a -> a.startsWith("-XX:AOTCache"));

    ShellRun train = project.launch("train");

    assertThat(train.exitCode()).as(train.err()).isZero();
    String cache = cacheOf("server");
    assertThat(arguments(project.launch("up"))).contains(cache);
    assertThat(arguments(project.launch("up", "--api", "--worker"))).contains(cache);
    assertThat(arguments(project.launch("up", "--port", "1", "--worker")))
        .contains(cacheOf("worker"));
    assertThat(arguments(project.launch("up", "--api"))).contains(cacheOf("api"));
    assertThat(arguments(project.launch("keys", "list"))).contains(cache);
    assertThat(project.launch("train").err()).contains("already");
    project.set("MILLRACE_AOT", "off");
    assertThat(arguments(project.launch("up"))).doesNotContain(cache);
    project.set("MILLRACE_AOT", "");
    try (var left = Files.list(project.root().resolve("ops/app/target"))) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .noneMatch(name -> name.startsWith("train."));
    }
    LauncherProject.touch(project.root().resolve("schema/src/main/java/B.java"));
    assertThat(arguments(project.launch("up"))).doesNotContain(cache);
  }

  @Test
  void up_askedToRecord_makesACacheAndUsesNone() throws Exception {
    project.withTrainingJdk();
    project.launch("train");
    project.set("MILLRACE_AOT_RECORD", "/some where.aot");

    assertThat(arguments(project.launch("up", "--worker")))
        .contains("-XX:AOTCacheOutput=/some where.aot")
        .noneMatch(argument -> argument.startsWith("-XX:AOTCache="));
  }

  @Test
  void train_fails_saysSoAndServersStartAllTheSame() throws Exception {
    project.withJdk();

    ShellRun train = project.launch("train");

    assertThat(train.exitCode()).isEqualTo(1);
    assertThat(train.err()).contains("launcher-train.log").contains("The training failed");
    assertThat(arguments(project.launch("up"))).noneMatch(a -> a.startsWith("-XX:AOTCache"));
  }

  @Test
  void jar_ofTheCaller_isRunAndNothingBuilt() throws Exception {
    project.withJdk();
    project.mvnw("exit 1");
    project.set("MILLRACE_JAR", "/some/where.jar");

    assertThat(arguments(project.launch("up"))).endsWith("-jar", "/some/where.jar", "up");
  }

  @Test
  void otel_switch_attachesTheAgentAndIsNotPassedOn() throws Exception {
    project.withJdk();
    project.launch("--help");
    Path agent = project.root().resolve("ops/app/target/otel/opentelemetry-javaagent.jar");
    Files.createDirectories(agent.getParent());
    Files.writeString(agent, "");

    assertThat(arguments(project.launch("up", "--otel")))
        .contains("-javaagent:" + agent.toRealPath())
        .doesNotContain("--otel");
    assertThat(arguments(project.launch("up"))).noneMatch(a -> a.startsWith("-javaagent"));
    project.set("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318");
    assertThat(arguments(project.launch("up"))).contains("-javaagent:" + agent.toRealPath());
    assertThat(arguments(project.launch("status", "x"))).noneMatch(a -> a.startsWith("-javaagent"));
  }

  @Test
  void otel_agentMissing_saysSo() throws Exception {
    project.withJdk();

    ShellRun run = project.launch("up", "--otel");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("agent is missing");
  }

  @Test
  void build_onlyWhenMissingOrOlderThanASource() throws Exception {
    project.withJdk();
    assertThat(project.launch("--help").err()).contains("Building Millrace");
    assertThat(project.launch("--help").err()).isEmpty();

    LauncherProject.touch(project.root().resolve("README.md"));
    LauncherProject.touch(project.root().resolve("schema/src/test/java/ATest.java"));
    assertThat(project.launch("--help").err()).isEmpty();

    LauncherProject.touch(project.root().resolve("schema/src/main/java/B.java"));
    assertThat(project.launch("--help").err()).contains("Building Millrace");
  }

  @Test
  void build_fails_printsTheLastLinesAndTheLog() throws Exception {
    project.withJdk();
    project.mvnw(
        "echo head of the log; for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24;"
            + " do echo line $i; done; echo boom >&2; exit 1");

    ShellRun run = project.launch("--help");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("line 24", "boom").doesNotContain("head of the log");
    assertThat(run.err()).contains("ops/app/target/launcher-build.log");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void script_throughSymbolicLinksFromElsewhere_findsItsProject() throws Exception {
    project.withJdk();
    Path bin = Files.createDirectories(dir.resolve("bin"));
    Files.createSymbolicLink(bin.resolve("two"), project.root().resolve("ops/millrace"));
    Files.createSymbolicLink(bin.resolve("mr"), Path.of("two"));

    ShellRun run = project.run(bin, List.of("./mr", "up"));

    assertThat(run.out()).contains(project.file("ops/app/target/millrace.jar"));
  }

  private String cacheOf(String part) throws IOException {
    return "-XX:AOTCache=" + project.file("ops/app/target/" + part + ".aot");
  }

  private static List<String> arguments(ShellRun run) {
    assertThat(run.err()).doesNotContain("failed");
    return run.out().lines().skip(1).toList();
  }
}
