package io.millrace.ops.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.workflow.plan.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The definitions that come along do what their cases say. */
class ExamplesTest {
  private static final String CASES = ".cases.yaml";

  static List<Path> definitions() throws IOException {
    try (Stream<Path> files = Files.list(ExampleFiles.folder("workflows"))) {
      return files.filter(file -> !file.toString().endsWith(CASES)).sorted().toList();
    }
  }

  @Test
  void examples_areThere() throws IOException {
    assertThat(definitions())
        .extracting(file -> file.getFileName().toString())
        .containsExactly(
            "column-scores.yaml", "document-review.yaml", "nightly-report.yaml", "saga.yaml");
  }

  @ParameterizedTest
  @MethodSource("definitions")
  void example_itsCases_pass(Path definition) throws IOException {
    Plan plan = good(DefinitionFile.read(definition));
    Path cases = Path.of(definition.toString().replaceFirst("\\.(yaml|json)$", CASES));
    List<String> lines = new ArrayList<>();

    int failed = good(TestSuite.read(cases, plan)).run(lines::add);

    assertThat(lines).hasSizeGreaterThan(1);
    assertThat(failed).as(String.join("\n", lines)).isZero();
  }

  private static <T> T good(Loaded<T> loaded) {
    return switch (loaded) {
      case Loaded.Good<T>(T content) -> content;
      case Loaded.Bad<T>(var lines) -> throw new AssertionError(String.join("\n", lines));
    };
  }
}
