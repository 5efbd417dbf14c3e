package io.millrace.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkflowCommandTest {
  private static final String GOOD = "nodes: {work: {type: a.b}}\nonFailure: {undo: {type: c.d}}\n";
  private static final String BAD =
      "nodes:\n  work: {typ: a.b}\n  rest: {sleep: 1d, needs: [wrk]}\n";
  private static final String INPUT = "nodes: {work: {type: a.b}}\ninput:\n  $ref: http://x/y\n";
  private static final String PASSES =
      "- {name: one, nodes: {work: {result: 1}}, expect: {state: SUCCEEDED}}\n";
  private static final String FAILS =
      PASSES + "- {name: two, nodes: {work: {result: 1}}, expect: {state: CANCELLED}}\n";

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void check_good_printsNodesAndVersion() throws Exception {
    String good = file("good.yaml", GOOD);

    assertThat(run("check", good)).isZero();

    assertThat(out.toString().strip()).matches(good + ": ok, 2 nodes, version [0-9a-f]{12}");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void check_faults_printsEachOfEveryFile() throws Exception {
    String good = file("good.yaml", GOOD);
    String bad = file("bad.yaml", BAD);
    String input = file("input.yaml", INPUT);

    assertThat(run("check", bad, input, good)).isEqualTo(1);

    assertThat(out.toString().lines())
        .anyMatch(line -> line.startsWith(bad + ":2:10: ") && line.endsWith("(#/nodes/work/typ)"))
        .anyMatch(line -> line.startsWith(bad + ":3:") && line.contains("did you mean work?"))
        .anyMatch(line -> line.startsWith(input + ":2:1: the schema cannot be used"))
        .anyMatch(line -> line.startsWith(good + ": ok"));
  }

  @Test
  void check_unreadable_goesOnAndIsUsage() throws Exception {
    String good = file("good.yaml", GOOD);

    assertThat(run("check", folder + "/none.yaml", folder.toString(), good))
        .isEqualTo(ExitCode.USAGE);

    assertThat(err.toString().lines())
        .containsExactly(
            "There is no such file or directory: " + folder + "/none.yaml",
            "The file cannot be used: " + folder + ": it is a directory");
    assertThat(out.toString()).contains(good + ": ok");
  }

  @Test
  void workflow_badUsage_isUsage() throws Exception {
    assertThat(run()).isEqualTo(ExitCode.USAGE);
    assertThat(run("check")).isEqualTo(ExitCode.USAGE);
    assertThat(run("test", file("good.yaml", GOOD))).isEqualTo(ExitCode.USAGE);
    assertThat(run("graph", file("good.yaml", GOOD), "--format", "svg")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("check, graph or test").contains("svg");
  }

  @Test
  void graph_eachFormat_isPrinted() throws Exception {
    String good = file("good.yaml", GOOD);

    assertThat(run("graph", good)).isZero();
    assertThat(run("graph", good, "--format", "dot")).isZero();

    assertThat(out.toString()).startsWith("flowchart TD\n").contains("digraph \"good\" {");
  }

  @Test
  void graph_faults_areUsage() throws Exception {
    assertThat(run("graph", file("bad.yaml", BAD))).isEqualTo(ExitCode.USAGE);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).contains("bad.yaml:2:10: ");
  }

  @Test
  void test_cases_decideTheExitCode() throws Exception {
    String good = file("good.yaml", GOOD);
    String failing = file("fails.yaml", FAILS);

    assertThat(run("test", good, file("passes.yaml", PASSES))).isZero();
    assertThat(run("test", good, failing)).isEqualTo(1);

    assertThat(out.toString().lines())
        .containsExactly(
            "ok      one (0ms)",
            "1 case: 1 ok, 0 failed",
            "ok      one (0ms)",
            "FAILED  two (" + failing + ":2)",
            "        state: expected CANCELLED, got SUCCEEDED",
            "2 cases: 1 ok, 1 failed");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void test_badFiles_areUsage() throws Exception {
    String good = file("good.yaml", GOOD);
    String passes = file("passes.yaml", PASSES);

    assertThat(run("test", file("bad.yaml", BAD), passes)).isEqualTo(ExitCode.USAGE);
    assertThat(run("test", good, good)).isEqualTo(ExitCode.USAGE);
    assertThat(run("test", good, folder + "/none.yaml")).isEqualTo(ExitCode.USAGE);

    assertThat(out.toString()).isEmpty();
    assertThat(err.toString())
        .contains("bad.yaml:2:10: ")
        .contains(good + ":1:1: cases are a list")
        .contains("There is no such file or directory: ");
  }

  private String file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  private int run(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "workflow";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return Main.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(all);
  }
}
