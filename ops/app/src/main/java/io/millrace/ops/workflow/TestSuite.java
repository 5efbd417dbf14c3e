package io.millrace.ops.workflow;

import io.millrace.api.admission.PayloadValidator;
import io.millrace.document.Durations;
import io.millrace.document.Faults;
import io.millrace.document.FieldError;
import io.millrace.workflow.plan.Plan;
import io.millrace.workflow.source.MalformedSourceException;
import io.millrace.workflow.source.SourceText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The cases of a file, ready to run. */
public final class TestSuite {
  private static final String INDENT = "        ";

  private final Plan plan;
  private final Path file;
  private final List<TestCase> cases;
  private final PayloadValidator validator = PayloadValidator.ofCallers();

  private TestSuite(Plan plan, Path file, List<TestCase> cases) {
    this.plan = plan;
    this.file = file;
    this.cases = cases;
  }

  /**
   * Reads a file of cases.
   *
   * @param plan the definition they are about
   * @throws IOException when the file cannot be read
   */
  public static Loaded<TestSuite> read(Path file, Plan plan) throws IOException {
    SourceText source;
    try {
      source = SourceText.read(FileBytes.read(file));
    } catch (MalformedSourceException e) {
      return Loaded.Bad.of(file, List.of(Fault.of(e)), 0);
    }
    Faults faults = new Faults(Fault.MOST);
    List<TestCase> cases = new CasesReader(plan, source, faults).read();
    return faults.isEmpty()
        ? new Loaded.Good<>(new TestSuite(plan, file, cases))
        : Loaded.Bad.of(file, Fault.placed(faults.all(), source), faults.more());
  }

  /**
   * Runs all cases, in the order of the file.
   *
   * @param out takes the lines of each case when it has run, and at last the sum
   * @return how many failed
   */
  public int run(Consumer<String> out) {
    int failed = 0;
    for (TestCase test : cases) {
      List<String> lines = new ArrayList<>();
      failed += run(test, lines) ? 0 : 1;
      lines.forEach(out);
    }
    out.accept(
        "%d %s: %d ok, %d failed"
            .formatted(
                cases.size(), cases.size() == 1 ? "case" : "cases", cases.size() - failed, failed));
    return failed;
  }

  private boolean run(TestCase test, List<String> lines) {
    List<String> wrong = new ArrayList<>(inputFaults(test));
    String took = "";
    if (wrong.isEmpty()) {
      RunReport report = VirtualRun.of(plan, test);
      wrong.addAll(Judgement.of(test.expected(), report));
      took = " (" + Durations.show(report.took()) + ")";
    }
    if (wrong.isEmpty()) {
      lines.add("ok      " + test.name() + took);
      return true;
    }
    lines.add("FAILED  %s (%s:%d)".formatted(test.name(), file, test.line()));
    wrong.forEach(line -> lines.add(INDENT + line));
    return false;
  }

  private List<String> inputFaults(TestCase test) {
    String schema = plan.inputSchema();
    List<FieldError> errors =
        schema == null ? List.of() : validator.validate(schema, test.input(), "input");
    return errors.stream().map(error -> error.detail() + " (" + error.pointer() + ")").toList();
  }
}
