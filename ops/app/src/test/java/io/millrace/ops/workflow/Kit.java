package io.millrace.ops.workflow;

import io.millrace.workflow.plan.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A definition and cases in a folder of their own; what the kit says of them. */
record Kit(Path folder) {
  private static final String CASES = "flow.cases.yaml";

  /** The lines of a run of the cases, the file's place left out. */
  List<String> lines(String definition, String cases) throws IOException {
    List<String> lines = new ArrayList<>();
    switch (TestSuite.read(write(CASES, cases), plan(definition))) {
      case Loaded.Good<TestSuite>(TestSuite suite) -> suite.run(lines::add);
      case Loaded.Bad<TestSuite>(var faults) -> lines.addAll(faults);
    }
    return lines.stream().map(line -> line.replace(folder + "/", "")).toList();
  }

  private Plan plan(String definition) throws IOException {
    return switch (DefinitionFile.read(write("flow.yaml", definition))) {
      case Loaded.Good<Plan>(Plan plan) -> plan;
      case Loaded.Bad<Plan>(var lines) -> throw new AssertionError(String.join("\n", lines));
    };
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }
}
