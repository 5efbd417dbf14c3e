package io.millrace.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.millrace.model.JobState;
import io.millrace.ops.client.FakeServer;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.JsonNode;

/**
 * The launcher starts client commands from a class path of the few libraries listed in this
 * module's pom, without Spring. picocli reflects on every command to print its help, so no command
 * class may have a Spring type in a field or a method, not even in a lambda.
 */
class ClientClassPathTest {
  private static final String ID = "0199a0c2-7d3e-7b41-9f00-5c1d2e3f4a5b";

  @TempDir Path dir;

  @Test
  void help_withoutSpring_works() throws Exception {
    ShellRun run = main("--help");

    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("submit");
  }

  @Test
  void clientCommands_withoutSpring_work() throws Exception {
    try (FakeServer server =
        new FakeServer().answer(200, "{\"state\":\"SUCCEEDED\",\"n\":\"東\"}")) {
      String url = server.uri().toString();
      assertThat(main("status", ID, "--url", url).exitCode()).isZero();
      assertThat(main("submit", "a.b", "--payload", "{}", "--url", url).exitCode()).isZero();
      assertThat(main("result", ID, "--url", url).out()).contains("東");
      assertThat(main("sample", "trips", "--rows", "2").out().lines()).hasSize(3);
    }
  }

  /** Runs without a locale: the output must be UTF-8 all the same. */
  private ShellRun main(String... args) throws Exception {
    String classPath =
        Stream.of(
                Main.class,
                JobState.class,
                CommandLine.class,
                JsonNode.class,
                JsonParser.class,
                JsonProperty.class,
                NullMarked.class)
            .map(ClientClassPathTest::place)
            .collect(Collectors.joining(File.pathSeparator));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp", classPath, Main.class.getName()));
    command.addAll(List.of(args));
    return ShellRun.of(dir, Map.of("LC_ALL", "C"), command);
  }

  private static String place(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
