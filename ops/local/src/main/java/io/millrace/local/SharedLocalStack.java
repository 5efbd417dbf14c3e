package io.millrace.local;

import org.jspecify.annotations.Nullable;

/**
 * One temporary stack for all tests of a JVM, started by the first that asks and closed when the
 * JVM exits. Its users keep apart by database, topic and key names, and leave the servers running.
 */
public final class SharedLocalStack {
  private static @Nullable LocalStack shared;

  private SharedLocalStack() {}

  /**
   * The stack of this JVM. Start-up that failed is tried again by the next caller.
   *
   * @throws LocalStackException when it cannot be started
   */
  public static synchronized LocalStack get() {
    if (shared == null) {
      shared = LocalStack.temporary();
    }
    return shared;
  }
}
