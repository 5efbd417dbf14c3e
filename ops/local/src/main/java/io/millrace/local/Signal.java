package io.millrace.local;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** A POSIX signal. The JDK itself can send only TERM and KILL. */
enum Signal {
  INT,
  QUIT,
  KILL,
  STOP,
  CONT,
  TERM;

  private static final int WAIT_SECONDS = 5;

  /** Sends the signal; a process that is already gone is no error. The shell's own kill is used. */
  void send(long pid) {
    try {
      Process sent =
          new ProcessBuilder("/bin/sh", "-c", "kill -s \"$0\" \"$1\"", name(), Long.toString(pid))
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!sent.waitFor(WAIT_SECONDS, TimeUnit.SECONDS)) {
        sent.destroyForcibly();
      }
    } catch (IOException e) {
      throw new LocalStackException("cannot send %s to process %d".formatted(name(), pid), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
