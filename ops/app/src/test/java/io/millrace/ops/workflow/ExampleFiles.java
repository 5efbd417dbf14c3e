package io.millrace.ops.workflow;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The folders of the examples that come along. */
public final class ExampleFiles {
  private ExampleFiles() {}

  /** One of them, such as {@code workflows}. */
  public static Path folder(String name) {
    Path here = Path.of("").toAbsolutePath();
    Path folder = Path.of("examples", name);
    return Stream.of(here.resolve("..").resolve(folder), here.resolve("ops").resolve(folder))
        .filter(Files::isDirectory)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no examples near " + here))
        .normalize();
  }
}
