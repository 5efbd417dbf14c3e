package io.millrace.ops.workflow;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** What reading a file comes to. */
public sealed interface Loaded<T> {
  /** The file is as it should be. */
  record Good<T>(T content) implements Loaded<T> {}

  /**
   * The file has faults.
   *
   * @param lines one for each fault, {@code FILE:LINE:COLUMN: message (pointer)}; at least one
   */
  record Bad<T>(List<String> lines) implements Loaded<T> {
    static <T> Bad<T> of(Path file, List<Fault> faults, int more) {
      int lines = faults.size() + (more > 0 ? 1 : 0);
      return new Bad<>(
          IntStream.range(0, lines)
              .mapToObj(
                  i ->
                      i < faults.size()
                          ? faults.get(i).line(file)
                          : file + ": and " + more + " more faults")
              .toList());
    }
  }
}
