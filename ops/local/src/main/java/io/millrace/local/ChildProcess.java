package io.millrace.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server process started by this JVM, or left by a dead one. Started in a session of its own, so
 * that a terminal's Ctrl-C does not stop the database under an application that still drains.
 */
final class ChildProcess {
  private static final Logger LOG = LoggerFactory.getLogger(ChildProcess.class);
  private static final Duration FORCED = Duration.ofSeconds(10);
  private static final long MAX_LOG_BYTES = 10_000_000;
  private static final Path SETSID = Path.of("/usr/bin/setsid");

  private final String program;
  private final Path directory;
  private final ProcessHandle handle;

  private ChildProcess(String program, Path directory, ProcessHandle handle) {
    this.program = program;
    this.directory = directory;
    this.handle = handle;
  }

  /** Starts a command that must exec {@code program}, working in {@code directory}. */
  static ChildProcess start(String program, Path directory, Path log, List<String> command) {
    return new ChildProcess(program, directory, launch(directory, log, command).toHandle());
  }

  /** Runs a command to its end; true when it succeeded within the bound. */
  static boolean run(Path directory, Path log, Duration bound, List<String> command) {
    Process process = launch(directory, log, command);
    try {
      // Not exits(): that is true a moment before the JVM has collected the exit value.
      if (process.waitFor(bound)) {
        return process.exitValue() == 0;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
    return false;
  }

  private static Process launch(Path directory, Path log, List<String> command) {
    List<String> line = new ArrayList<>();
    if (Files.isExecutable(SETSID)) {
      line.add(SETSID.toString());
    }
    line.addAll(command);
    try {
      roll(log);
      ProcessBuilder builder =
          new ProcessBuilder(line)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      builder.environment().put("LC_ALL", "C");
      return builder.start();
    } catch (IOException e) {
      throw new LocalStackException("cannot start " + command.getFirst(), e);
    }
  }

  /** The server that a killed JVM left running on this folder, and any stray backends of it. */
  static List<ChildProcess> orphans(String program, Path directory) {
    List<ProcessHandle> all = ProcessTable.of(program, directory);
    return ProcessTable.roots(all).stream()
        .map(handle -> new ChildProcess(program, directory, handle))
        .toList();
  }

  long pid() {
    return handle.pid();
  }

  boolean isAlive() {
    return handle.isAlive();
  }

  /** Freezes the server with all its backends: clients hang, connections stay open. */
  void pause() {
    Signal.STOP.send(pid()); // First, so that it starts no backend while they are stopped.
    handle.descendants().forEach(child -> Signal.STOP.send(child.pid()));
  }

  void resume() {
    handle.descendants().forEach(child -> Signal.CONT.send(child.pid()));
    Signal.CONT.send(pid());
  }

  /** Sends each signal in turn, waiting {@code patience} after each; SIGKILL is the last word. */
  void stop(Duration patience, Signal... signals) {
    for (Signal signal : signals) {
      signal.send(pid());
      resume(); // A frozen process takes no signal but KILL.
      if (exits(patience)) {
        awaitBackends();
        return;
      }
      LOG.atWarn()
          .addKeyValue("program", program)
          .addKeyValue("pid", pid())
          .addKeyValue("signal", signal.name().toLowerCase(Locale.ROOT))
          .log("Server did not stop in time");
    }
    kill();
  }

  /** SIGKILL; returns when the process and its backends are gone and the folder is free again. */
  void kill() {
    List<ProcessHandle> backends = handle.descendants().toList();
    Signal.KILL.send(pid());
    backends.forEach(backend -> Signal.CONT.send(backend.pid())); // They see the death and leave.
    if (!exits(FORCED)) {
      throw new LocalStackException("%s, process %d, survived SIGKILL".formatted(program, pid()));
    }
    awaitBackends();
  }

  private void awaitBackends() {
    for (ProcessHandle backend : ProcessTable.of(program, directory)) {
      if (!exits(backend, FORCED)) {
        Signal.KILL.send(backend.pid());
      }
    }
  }

  private boolean exits(Duration patience) {
    return exits(handle, patience);
  }

  private static boolean exits(ProcessHandle process, Duration patience) {
    return Await.until(patience, () -> !ProcessTable.isLive(process));
  }

  private static void roll(Path log) throws IOException {
    if (Files.exists(log) && Files.size(log) > MAX_LOG_BYTES) {
      Files.move(
          log, log.resolveSibling(log.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
