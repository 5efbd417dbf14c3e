package io.millrace.workflow.run;

import static io.millrace.workflow.run.Sketch.broken;
import static io.millrace.workflow.run.Sketch.choice;
import static io.millrace.workflow.run.Sketch.error;
import static io.millrace.workflow.run.Sketch.node;
import static io.millrace.workflow.run.Sketch.output;
import static io.millrace.workflow.run.Sketch.state;
import static io.millrace.workflow.run.Sketch.task;
import static io.millrace.workflow.run.Sketch.transform;
import static io.millrace.workflow.run.Sketch.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.workflow.plan.Work;
import io.millrace.workflow.run.Sketch.NodeSketch;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which nodes run: ways, joins, skips, conditions, switches and what follows failures. */
class WaysTest {
  @Test
  void start_rootsAndChains_followNeeds() {
    FakeRun run = FakeRun.started(Sketch.of(task("a"), task("b").needs("a"), task("c")));
    assertThat(run.nodes()).isEqualTo("a:A b:P c:A");
    run.succeedAll("a");
    assertThat(run.nodes()).isEqualTo("a:S b:A c:A");
    run.succeedAll("c", "b");
    assertThat(run.phase()).isEqualTo(RunPhase.SUCCEEDED);
    assertThat(run.ends).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    // how many of three ways, outcomes of a, b, c in order (F goes on elsewhere), states of j after
    // each
    "0, SSS, PPA",
    "0, FSF, PPA",
    "0, FFF, PPK",
    "1, SFF, AAA",
    "1, FFS, PPA",
    "1, FFF, PPK",
    "2, SSF, PAA",
    "2, SFS, PPA",
    "2, FSF, PPK",
    "2, FFS, PKK",
    "3, SSS, PPA",
    "3, FSS, KKK",
  })
  void join_asWaysAreDecided_startsSkipsOrWaits(int count, String outcomes, String states) {
    NodeSketch join = task("j").needs("a", "b", "c");
    FakeRun run =
        FakeRun.started(
            Sketch.of(
                task("a").goTo("x"),
                task("b").goTo("x"),
                task("c").goTo("x"),
                task("x"),
                count == 0 ? join : join.some(count)));
    for (int i = 0; i < 3; i++) {
      String name = "abc".substring(i, i + 1);
      if (outcomes.charAt(i) == 'S') {
        run.succeedAll(name);
      } else {
        run.fail(name);
      }
      assertThat(run.nodes()).contains("j:" + states.charAt(i));
    }
  }

  @Test
  void when_notTrue_skipsTheNodeAndWhatNeedsOnlyIt() {
    FakeRun run =
        FakeRun.started(
            Sketch.of(
                task("a"),
                task("b").when(value(false)),
                task("c").needs("b"),
                task("d").needs("c", "a"),
                task("e").when(value(null)),
                task("f").when(value("true")),
                task("g").when(value(true))));
    assertThat(run.nodes()).isEqualTo("a:A b:K c:K d:P e:K f:K g:A");
    run.succeedAll("a");
    assertThat(run.nodes()).contains("d:A");
  }

  @Test
  void when_brokenOrReadOfASkippedNode_failsOrReadsNull() {
    FakeRun run =
        FakeRun.started(
            Sketch.of(
                task("a").when(value(false)),
                task("b").when(broken()).goOn(7L),
                transform("c", output("a")).needs("a", "b"),
                transform("d", state("a")).needs("c"),
                transform("e", error("b")).needs("b"),
                transform("f", output("b")).needs("b")));
    assertThat(run.nodes()).isEqualTo("a:K b:F c:S d:S e:S f:S");
    assertThat(run.saved)
        .containsEntry(1, 7L)
        .containsEntry(2, null)
        .containsEntry(3, "SKIPPED")
        .containsEntry(4, Map.of("kind", "EXPRESSION", "message", "when: no such key: x"))
        .containsEntry(5, 7L);
  }

  @ParameterizedTest
  @CsvSource({
    "true, true, A, K, K, 0",
    "false, true, K, A, K, 1",
    "false, false, K, K, A, 2",
  })
  void switch_firstCaseThatHolds_takesItsWays(
      boolean one, boolean two, String a, String b, String c, long branch) {
    FakeRun run =
        FakeRun.started(
            Sketch.of(
                choice("s", true, value(one), value(two))
                    .then(List.of("a"), List.of("b"), List.of("c")),
                task("a"),
                task("b"),
                task("c"),
                task("n").needs("s")));
    assertThat(run.nodes()).isEqualTo("s:S a:" + a + " b:" + b + " c:" + c + " n:A");
    assertThat(run.saved).containsEntry(0, branch);
  }

  @Test
  void switch_noCaseAndNoDefault_failsAsExpression() {
    FakeRun run =
        FakeRun.started(Sketch.of(choice("s", false, value(false)).then(List.of("a")), task("a")));
    assertThat(run.nodes()).isEqualTo("s:F a:P");
    assertThat(run.kind()).isEqualTo("EXPRESSION");
  }

  @Test
  void switch_failedWithContinue_takesNeedsButNoCase() {
    FakeRun run =
        FakeRun.started(
            Sketch.of(
                choice("s", false, broken()).then(List.of("a")).goOn(null),
                task("a"),
                task("b").needs("s")));
    assertThat(run.nodes()).isEqualTo("s:F a:K b:A");
  }

  @Test
  void goto_afterFailure_isTheOnlyWay() {
    Sketch sketch =
        Sketch.of(task("a").goTo("r"), task("n").needs("a"), task("r"), task("j").needs("n", "r"));
    FakeRun failed = FakeRun.started(sketch);
    failed.fail("a");
    assertThat(failed.nodes()).isEqualTo("a:F n:K r:A j:P");
    failed.succeedAll("r", "j");
    assertThat(failed.phase()).isEqualTo(RunPhase.SUCCEEDED);
    FakeRun well = FakeRun.started(sketch);
    well.succeedAll("a");
    assertThat(well.nodes()).isEqualTo("a:S n:A r:K j:P");
  }

  @Test
  void continue_afterFailure_goesOnWithTheOutput() {
    FakeRun run =
        FakeRun.started(
            Sketch.of(task("a").goOn("spare"), transform("b", output("a")).needs("a"))
                .output(output("b")));
    run.fail("a");
    assertThat(run.nodes()).isEqualTo("a:F b:S");
    assertThat(run.end).isEqualTo(new Command.EndRun(RunPhase.SUCCEEDED, "spare", null, null));
  }

  @Test
  void expressions_loadOnlyWhatTheyRead() {
    FakeRun run =
        FakeRun.started(
            Sketch.of(
                task("a"),
                task("b"),
                task("c").needs("a", "b"),
                transform("d", output("a")).needs("c"),
                transform("e", state("b")).needs("d")));
    run.succeed("a", 1L);
    run.succeed("b", 2L);
    assertThat(run.loaded).isEmpty();
    run.succeed("c", 3L);
    assertThat(run.loaded).containsExactly(0);
    assertThat(run.saved).containsEntry(3, 1L).containsEntry(4, "SUCCEEDED");
  }

  @Test
  void chains_ofTransformsAndOfSkips_endInOneAdvance() {
    int length = 10_000;
    for (boolean skipped : List.of(true, false)) {
      NodeSketch[] nodes =
          IntStream.range(0, length)
              .mapToObj(
                  i -> {
                    NodeSketch node = transform("n" + i, value((long) i));
                    return i == 0 ? node.when(value(!skipped)) : node.needs("n" + (i - 1));
                  })
              .toArray(NodeSketch[]::new);
      FakeRun run = new FakeRun(ChainPlan.of(nodes));
      run.apply(new RunEvent.Started());
      NodeState last = skipped ? NodeState.SKIPPED : NodeState.SUCCEEDED;
      assertThat(run.node("n" + (length - 1))).isEqualTo(last);
      assertThat(run.phase()).isEqualTo(RunPhase.SUCCEEDED);
    }
  }

  @Test
  void output_thatCannotBeWorkedOut_failsTheRun() {
    FakeRun run = FakeRun.started(Sketch.of(transform("a", value(1L))).output(broken()));
    assertThat(run.phase()).isEqualTo(RunPhase.FAILED);
    assertThat(run.state().failure())
        .isEqualTo(
            new RunFailure(NodeNumbers.RUN, new Failure("EXPRESSION", "output: no such key: x")));
  }

  @Test
  void subRun_startsAndEndsLikeAJob() {
    FakeRun run =
        FakeRun.started(Sketch.of(node("a", new Work.SubRun("child", value(5L))).goOn(null)));
    assertThat(run.commands).contains(new Command.StartRun(0, 0, 1, "child", 5L));
    run.fail("a");
    assertThat(run.phase()).isEqualTo(RunPhase.SUCCEEDED);
  }
}
