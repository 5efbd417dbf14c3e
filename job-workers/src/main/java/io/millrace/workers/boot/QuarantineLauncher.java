package io.millrace.workers.boot;

import io.millrace.boot.NotInQuarantine;
import io.millrace.workers.quarantine.RunnerProcess;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Starts this worker's application once more, as a quarantine runner in a JVM of its own. */
final class QuarantineLauncher implements RunnerProcess.Launcher {
  private static final String LOADER = "org.springframework.boot.loader.launch.PropertiesLauncher";
  private static final String LOG = "logging.file.name";

  /** Its one job may hold one as an analysis does; the rest is for its loops. */
  private static final int CONNECTIONS = 7;

  private final long heapBytes;
  private final Function<String, @Nullable Handover> handover;

  /**
   * Makes a launcher.
   *
   * @param heapBytes largest heap of a runner
   * @param handover what a runner of this name is told; null while the application starts
   */
  QuarantineLauncher(long heapBytes, Function<String, @Nullable Handover> handover) {
    this.heapBytes = heapBytes;
    this.handover = handover;
  }

  @Override
  public RunnerProcess launch(String name) throws IOException {
    Handover told = handover.apply(name);
    if (told == null) {
      throw new IOException("the application has not started yet");
    }
    String log = told.properties().getOrDefault(LOG, "");
    ProcessBuilder builder = new ProcessBuilder(command());
    if (log.isEmpty()) {
      builder.redirectOutput(ProcessBuilder.Redirect.INHERIT);
      builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    } else {
      // What the JVM itself says, such as that it is out of memory; of the latest runner only.
      builder.redirectErrorStream(true).redirectOutput(new File(log + ".out"));
    }
    Process process = builder.start();
    // Not closed: its end tells the runner that this worker is gone.
    DataOutputStream input = new DataOutputStream(process.getOutputStream());
    try {
      told.write(input);
    } catch (IOException e) {
      // It has ended already; its exit code says more than a broken pipe.
      input.flush();
    }
    return new QuarantineProcess(
        name, process, input, log.isEmpty() ? "the console" : log + " and " + log + ".out");
  }

  private List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(QuarantineLauncher::passesOn)
        .forEach(command::add);
    command.add("-Xmx" + heapBytes);
    command.add("-XX:+UseSerialGC");
    // Out of memory is a crash of the job, told by an exit code of its own, and not a half-dead
    // JVM.
    command.add("-XX:+ExitOnOutOfMemoryError");
    String main = QuarantineRunner.class.getName();
    boolean packed = isOnSystemPath(LOADER);
    if (packed) {
      command.add("-Dloader.main=" + main);
    }
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(packed ? LOADER : main);
    return command;
  }

  /**
   * Openings of modules, agents, the cache of loaded classes with what it depends on; memory is the
   * runner's own, and a debugger's port is taken.
   */
  static boolean passesOn(String argument) {
    return Stream.of(
            "--add-",
            "--enable-",
            "--sun-misc-",
            "-javaagent:",
            "-Xlog:aot",
            "-XX:AOTCache=",
            "-XX:+UseCompactObjectHeaders",
            "-XX:-UseCompactObjectHeaders",
            "-XX:TieredStopAtLevel")
        .anyMatch(argument::startsWith);
  }

  /** Whether a fat jar's loader is there, in which the application's classes are packed. */
  private static boolean isOnSystemPath(String type) {
    return ClassLoader.getSystemResource(type.replace('.', '/') + ".class") != null;
  }

  /** What a runner does otherwise than its worker. */
  static Map<String, String> adapted(Map<String, String> properties, String name) {
    Map<String, String> adapted = new TreeMap<>(properties);
    adapted.keySet().removeIf(key -> key.startsWith("server.") || key.startsWith("local.server"));
    adapted.put(NotInQuarantine.SWITCH, "true");
    adapted.put("millrace.worker.name", name);
    adapted.put("millrace.worker.drain", "0s");
    // Longer than a drain waits: what ignores its interrupt then is not recorded as handed back.
    adapted.put("millrace.worker.stop-grace", "10s");
    adapted.put("millrace.worker.cpu-threads", "1");
    adapted.put("millrace.database.connections", String.valueOf(CONNECTIONS));
    String log = adapted.get(LOG);
    if (log != null && !log.isBlank()) {
      // Two processes must not roll the same file.
      adapted.put(LOG, log.replaceFirst("\\.log$", "") + "-quarantine.log");
      adapted.put("logging.threshold.console", "off");
    }
    return adapted;
  }
}
