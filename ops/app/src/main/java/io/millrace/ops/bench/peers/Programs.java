package io.millrace.ops.bench.peers;

import java.nio.file.Path;
import java.util.List;

/** How the program of a kind of peers is started. */
interface Programs {
  /**
   * Makes it ready, which may take minutes the first time.
   *
   * @throws LeftOutException when it cannot be had here
   */
  Program ready() throws LeftOutException, InterruptedException;

  /**
   * A program that is ready.
   *
   * @param command without the task's arguments
   * @param folder its working directory
   */
  record Program(List<String> command, Path folder) {}
}
