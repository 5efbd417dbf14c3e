package io.millrace.workers.boot;

import io.millrace.workers.quarantine.RunnerProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A quarantine runner: a JVM whose standard input, while it is open, says that its worker lives.
 */
final class QuarantineProcess implements RunnerProcess {
  /** How a JVM with ExitOnOutOfMemoryError says so. */
  private static final int OUT_OF_MEMORY = 3;

  /** What the JVM adds to the number of the signal that ended a process. */
  private static final int SIGNALLED = 128;

  private static final Map<Integer, String> SIGNALS =
      Map.of(
          1, "SIGHUP", 2, "SIGINT", 4, "SIGILL", 6, "SIGABRT", 7, "SIGBUS", 8, "SIGFPE", 9,
          "SIGKILL", 11, "SIGSEGV", 15, "SIGTERM");

  private final String name;
  private final Process process;
  private final OutputStream input;
  private final String log;
  private volatile boolean told;
  private volatile boolean killed;

  QuarantineProcess(String name, Process process, OutputStream input, String log) {
    this.name = name;
    this.process = process;
    this.input = input;
    this.log = log;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public boolean endedInOrder() {
    return !process.isAlive() && (told || process.exitValue() == 0);
  }

  @Override
  public String ending() {
    if (killed) {
      return "it was told to end, did not, and was killed";
    }
    int code = process.exitValue();
    return "exit code " + code + meaning(code);
  }

  static String meaning(int code) {
    String signal = SIGNALS.get(code - SIGNALLED);
    if (signal != null) {
      return " (" + signal + ")";
    }
    return code == OUT_OF_MEMORY ? " (out of memory)" : "";
  }

  @Override
  public String log() {
    return log;
  }

  @Override
  public void stop() {
    told = true;
    try {
      input.close();
    } catch (IOException e) {
      // Its end of the pipe is closed: it has ended.
      told = true;
    }
  }

  @Override
  public void end(Duration grace) throws InterruptedException {
    if (!process.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
      killed = true;
      process.destroyForcibly();
      process.waitFor();
    }
  }
}
