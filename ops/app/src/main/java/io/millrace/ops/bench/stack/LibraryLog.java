package io.millrace.ops.bench.stack;

import org.springframework.boot.logging.LoggingSystem;

/** What libraries log in the JVM of the bench: it would run into the progress. */
public final class LibraryLog {
  private LibraryLog() {}

  /** Off, for good. What goes wrong is told by exceptions. */
  public static void mute() {
    LoggingSystem.get(LibraryLog.class.getClassLoader()).beforeInitialize();
  }
}
