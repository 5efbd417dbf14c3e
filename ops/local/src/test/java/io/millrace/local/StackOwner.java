package io.millrace.local;

import java.nio.file.Path;

/**
 * Main class of a JVM that owns a stack; it writes to each server, says "ready" and obeys stdin.
 */
final class StackOwner {
  private StackOwner() {}

  /** Arguments: the data folder. A line on stdin ends the JVM without closing the stack. */
  public static void main(String[] args) throws Exception {
    LocalStack stack = LocalStack.start(LocalSettings.at(Path.of(args[0])));
    Clients clients = new Clients(stack);
    clients.sql("CREATE TABLE owner AS SELECT 7 AS x");
    clients.createTopic("owner");
    clients.readFromEarliest("owner-group");
    clients.send("owner", "acknowledged");
    System.out.println("ready");
    if (System.in.read() >= 0) {
      System.exit(0);
    }
  }
}
