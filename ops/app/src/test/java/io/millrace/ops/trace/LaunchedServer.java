package io.millrace.ops.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A {@code millrace up} process, started by the launcher from the jar of this build. */
final class LaunchedServer implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);
  private static final Pattern URL = Pattern.compile("(?:HTTP|health) +(http://[0-9.:]+)");

  private final Process process;
  private final Path output;
  private final Thread lastResort;

  private LaunchedServer(Process process, Path output) {
    this.process = process;
    this.output = output;
    this.lastResort = Thread.ofPlatform().unstarted(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(lastResort);
  }

  /** Starts it; {@link #awaitUp} says when it works. */
  static LaunchedServer start(Path output, Map<String, String> environment, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of("..", "millrace").toRealPath().toString());
    command.add("up");
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(output.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("OTEL_"));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("MILLRACE_JAVA_OPTS", "-Xmx256m -XX:TieredStopAtLevel=1");
    builder
        .environment()
        .put("MILLRACE_JAR", Path.of("target", "millrace-exec.jar").toRealPath().toString());
    builder.environment().putAll(environment);
    return new LaunchedServer(builder.start(), output);
  }

  /** Waits until it says that it is up; where it answers. */
  URI awaitUp() {
    await()
        .atMost(START)
        .untilAsserted(
            () -> {
              assertThat(process.isAlive() || said().contains("is up")).as(said()).isTrue();
              assertThat(said()).contains("is up").contains("Ctrl-C");
            });
    Matcher matcher = URL.matcher(said());
    assertThat(matcher.find()).as(said()).isTrue();
    return URI.create(matcher.group(1));
  }

  private String said() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Override
  public void close() throws InterruptedException {
    try {
      process.destroy();
      if (!process.waitFor(15, TimeUnit.SECONDS)) {
        throw new AssertionError("did not stop within 15 s: " + said());
      }
    } finally {
      process.destroyForcibly();
      Runtime.getRuntime().removeShutdownHook(lastResort);
    }
  }
}
