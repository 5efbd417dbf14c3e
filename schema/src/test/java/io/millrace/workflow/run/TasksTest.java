package io.millrace.workflow.run;

import static io.millrace.workflow.run.FakeRun.failed;
import static io.millrace.workflow.run.Sketch.broken;
import static io.millrace.workflow.run.Sketch.forEach;
import static io.millrace.workflow.run.Sketch.job;
import static io.millrace.workflow.run.Sketch.node;
import static io.millrace.workflow.run.Sketch.output;
import static io.millrace.workflow.run.Sketch.task;
import static io.millrace.workflow.run.Sketch.transform;
import static io.millrace.workflow.run.Sketch.value;
import static io.millrace.workflow.run.Sketch.variable;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.workflow.plan.Expression;
import io.millrace.workflow.plan.Work;
import io.millrace.workflow.run.Sketch.Code;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Nodes with several tasks: forEach and while. */
class TasksTest {
  private static final Code FIVE = value(List.of("p", "q", "r", "s", "t"));
  private static final TaskOutcome CANCELLED = new TaskOutcome.Cancelled();

  @Test
  void forEach_withinItsConcurrency_startsTheNextAsOneEnds() {
    FakeRun run =
        FakeRun.started(
            Sketch.of(forEach("f", FIVE, 2, 0), transform("o", output("f")).needs("f")));
    assertThat(run.elements("f")).containsExactly(0, 1);
    assertThat(run.payload("f")).isEqualTo("p");
    end(run, 1, 2, 3, 4);
    assertThat(run.elements("f")).containsExactly(0);
    assertThat(run.node("f")).isEqualTo(NodeState.ACTIVE);
    end(run, 0);
    assertThat(run.saved).containsEntry(1, List.of("o0", "o1", "o2", "o3", "o4"));
    assertThat(run.phase()).isEqualTo(RunPhase.SUCCEEDED);
  }

  private static void end(FakeRun run, int... elements) {
    for (int element : elements) {
      assertThat(run.ended("f", element, new TaskOutcome.Succeeded("o" + element)))
          .isEqualTo(new Answer.Applied());
    }
  }

  @Test
  void forEach_inBatches_givesListsAndCountsTasks() {
    Code both =
        new Code(
            Set.of(), scope -> List.of(all(scope.variable("x")), all(scope.variable("index"))));
    FakeRun run =
        FakeRun.started(
            Sketch.of(
                node("f", new Work.ForEach(FIVE, "x", 10, 2, Work.Tolerance.NONE, job(both)))));
    assertThat(run.open.values())
        .extracting(command -> ((Command.StartJob) command).payload())
        .containsExactly(
            List.of(List.of("p", "q"), 0L),
            List.of(List.of("r", "s"), 1L),
            List.of(List.of("t"), 2L));
  }

  private static Object all(@Nullable Object value) {
    return value == null ? "null" : value;
  }

  @Test
  void forEach_emptyList_succeedsAtOnceWithAnEmptyList() {
    FakeRun run =
        FakeRun.started(
            Sketch.of(
                forEach("f", value(List.of()), 2, 0), transform("o", output("f")).needs("f")));
    assertThat(run.saved).containsEntry(1, List.of());
  }

  @ParameterizedTest
  @CsvSource({
    // failures and share that are tolerated, failures, state
    "0, 1.0, 0, S",
    "0, 1.0, 1, F",
    "2, 1.0, 2, S",
    "2, 1.0, 3, F",
    "9, 0.4, 2, S",
    "9, 0.4, 3, F",
    "1, 0.4, 2, F",
    "9, 0.39, 2, F",
    "9, 1.0, 5, S",
  })
  void forEach_failuresWithinTolerance_decideTheNode(
      int number, double share, int failures, String state) {
    Work.Tolerance tolerance = new Work.Tolerance(number, share);
    FakeRun run =
        FakeRun.started(
            Sketch.of(node("f", new Work.ForEach(FIVE, "x", 5, 1, tolerance, job(value(null))))));
    for (int element = 0; element < 5; element++) {
      run.ended("f", element, element < failures ? failed() : new TaskOutcome.Succeeded(null));
    }
    assertThat(run.nodes()).isEqualTo("f:" + state);
  }

  @Test
  void forEach_oneTooManyFailed_startsNoMoreAndWaitsForWhatRuns() {
    FakeRun run = FakeRun.started(Sketch.of(forEach("f", FIVE, 2, 0)));
    run.ended("f", 0, failed());
    assertThat(run.elements("f")).containsExactly(1);
    assertThat(run.phase()).isEqualTo(RunPhase.OPEN);
    run.ended("f", 1, new TaskOutcome.Succeeded(null));
    assertThat(run.state().failure())
        .isEqualTo(
            new RunFailure(
                0,
                new Failure("HANDLER", "1 of 5 tasks failed, 0 are tolerated; task 0: it broke")));
  }

  @Test
  void forEach_noListOrTooLongOrBrokenPayload_failsTheNode() {
    FakeRun run =
        FakeRun.started(
            Sketch.of(
                forEach("f", value("text"), 1, 0).goOn(null),
                forEach("g", value(Collections.nCopies(10_001, 1L)), 1, 0).goOn(null),
                node(
                        "h",
                        new Work.ForEach(
                            FIVE, "x", 1, 1, new Work.Tolerance(9, 1.0), job(broken())))
                    .goOn(null)));
    assertThat(run.nodes()).isEqualTo("f:F g:F h:F");
    assertThat(run.error(0))
        .isEqualTo(new Failure("EXPRESSION", "forEach.in: gives no list at node f but \"text\""));
    assertThat(run.error(1))
        .isEqualTo(new Failure("LIMIT", "forEach.in: 10001 items, 10000 are allowed"));
    assertThat(run.error(2)).isEqualTo(new Failure("EXPRESSION", "with: no such key: x"));
  }

  @Test
  void ended_againOrNeverStarted_isRefused() {
    FakeRun run =
        FakeRun.started(Sketch.of(task("a"), forEach("f", FIVE, 2, 5), task("b").needs("a")));
    run.succeedAll("a");
    run.ended("f", 0, failed());
    for (RunEvent event :
        List.of(
            new RunEvent.TaskEnded(0, 0, 1, failed()),
            new RunEvent.TaskEnded(1, 0, 1, failed()),
            new RunEvent.TaskEnded(1, 4, 1, failed()),
            new RunEvent.TaskEnded(1, 5, 1, failed()),
            new RunEvent.TaskEnded(1, -1, 1, failed()),
            new RunEvent.TaskEnded(1, 1, 2, failed()),
            new RunEvent.TaskEnded(2, 1, 1, failed()),
            new RunEvent.TaskEnded(2, 0, 2, failed()),
            new RunEvent.TimerFired(2, 1))) {
      assertThat(run.apply(event)).isInstanceOf(Answer.Refused.class);
    }
  }

  /** Runs while the round is at most {@code rounds}; carries the sum of outputs. */
  private static Work.While loop(long rounds, int max) {
    Expression condition =
        new Code(Set.of(), scope -> (Long) loopField(scope.variable("loop"), "round") <= rounds);
    Code sum =
        new Code(
            Set.of(),
            scope ->
                (Long) loopField(scope.variable("loop"), "sum")
                    + (Long) all(scope.variable("output")));
    return new Work.While(
        condition, max, Map.of("sum", new Work.Carried(value(100L), sum)), job(variable("loop")));
  }

  private static Object loopField(@Nullable Object loop, String name) {
    return all(((Map<?, ?>) all(loop)).get(name));
  }

  @Test
  void while_conditionHolds_runsRoundAfterRound() {
    FakeRun run =
        FakeRun.started(Sketch.of(node("w", loop(2, 10)), transform("o", output("w")).needs("w")));
    assertThat(run.payload("w")).isEqualTo(Map.of("round", 1L, "sum", 100L));
    run.succeed("w", 7L);
    assertThat(run.payload("w")).isEqualTo(Map.of("round", 2L, "sum", 107L));
    assertThat(run.apply(new RunEvent.TaskEnded(0, 0, 1, failed())))
        .isInstanceOf(Answer.Refused.class);
    run.succeed("w", 8L);
    assertThat(run.phase()).isEqualTo(RunPhase.SUCCEEDED);
    assertThat(run.saved).containsEntry(1, 8L);
  }

  @Test
  void while_neverOrTooLongOrFailing_endsAccordingly() {
    FakeRun run =
        FakeRun.started(
            Sketch.of(
                node("never", loop(0, 10)),
                node("max", loop(2, 2)),
                node("limit", loop(3, 2)).goOn(null),
                node("fails", loop(3, 9)).goOn(null),
                node("broken", loop(3, 9)).goOn(null)));
    assertThat(run.nodes()).contains("never:S");
    run.succeed("max", 1L);
    run.succeed("max", 1L);
    assertThat(run.node("max")).isEqualTo(NodeState.SUCCEEDED);
    run.succeed("limit", 1L);
    run.succeed("limit", 1L);
    assertThat(run.error(2))
        .isEqualTo(new Failure("LIMIT", "while.max: the condition still holds after 2 rounds"));
    run.fail("fails");
    assertThat(run.error(3)).isEqualTo(new Failure("HANDLER", "it broke"));
    run.ended("broken", 0, CANCELLED);
    assertThat(run.error(4)).extracting("kind").isEqualTo("CANCELLED");
    assertThat(run.phase()).isEqualTo(RunPhase.SUCCEEDED);
  }

  @Test
  void while_carryingTooMuch_failsAsLimit() {
    Code doubled = new Code(Set.of(), scope -> "x".repeat(70_000));
    Work.While work =
        new Work.While(
            value(true), 9, Map.of("v", new Work.Carried(value(""), doubled)), job(value(1L)));
    FakeRun run = FakeRun.started(Sketch.of(node("w", work)));
    run.succeed("w", null);
    assertThat(run.kind()).isEqualTo("LIMIT");
  }

  @Test
  void paused_betweenRounds_goesOnWithTheRoundsOutput() {
    FakeRun run = FakeRun.started(Sketch.of(node("w", loop(2, 10)).goOn(null), task("a")));
    run.apply(new RunEvent.Paused());
    run.succeed("w", 7L);
    run.succeedAll("a");
    assertThat(run.open).isEmpty();
    assertThat(run.phase()).isEqualTo(RunPhase.OPEN);
    run.apply(new RunEvent.Resumed());
    assertThat(run.payload("w")).isEqualTo(Map.of("round", 2L, "sum", 107L));
    run.apply(new RunEvent.Paused());
    run.succeed("w", 9L);
    run.apply(new RunEvent.Resumed());
    assertThat(run.saved).containsEntry(0, 9L);
    assertThat(run.phase()).isEqualTo(RunPhase.SUCCEEDED);
  }
}
