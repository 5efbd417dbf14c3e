package io.millrace.workflow.run;

import static io.millrace.workflow.run.FakeRun.failed;
import static io.millrace.workflow.run.Sketch.error;
import static io.millrace.workflow.run.Sketch.forEach;
import static io.millrace.workflow.run.Sketch.node;
import static io.millrace.workflow.run.Sketch.signal;
import static io.millrace.workflow.run.Sketch.task;
import static io.millrace.workflow.run.Sketch.transform;
import static io.millrace.workflow.run.Sketch.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.workflow.plan.Work;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Failing, compensating, cancelling, pausing, retrying, skipping, and what waits. */
class ControlsTest {
  private static final Answer APPLIED = new Answer.Applied();
  private static final RunEvent CANCEL = new RunEvent.CancelRequested("no longer needed");
  private static final RunEvent PAUSE = new RunEvent.Paused();
  private static final RunEvent RESUME = new RunEvent.Resumed();
  private static final RunEvent RETRY = new RunEvent.RetryFailed();
  private static final TaskOutcome STOPPED = new TaskOutcome.Cancelled();

  private static void refused(Answer answer, String why) {
    assertThat(answer).isEqualTo(new Answer.Refused(why));
  }

  @Test
  void failure_unhandled_letsWhatRunsEndAndStartsNothing() {
    FakeRun run =
        FakeRun.started(
            Sketch.of(
                task("a"),
                task("b"),
                task("c").needs("b"),
                forEach("f", value(List.of(1L, 2L, 3L)), 1, 0),
                signal("s", null, null),
                signal("t", Duration.ofHours(1), null),
                task("z")));
    run.fail("a");
    assertThat(run.phase()).isEqualTo(RunPhase.FAILING);
    assertThat(run.nodes()).isEqualTo("a:F b:A c:P f:A s:C t:C z:A");
    assertThat(run.timers).isEmpty();
    run.succeedAll("b");
    run.ended("f", 0, new TaskOutcome.Succeeded(null));
    run.fail("z");
    assertThat(run.nodes()).isEqualTo("a:F b:S c:P f:C s:C t:C z:F");
    assertThat(run.end)
        .isEqualTo(
            new Command.EndRun(
                RunPhase.FAILED,
                null,
                new RunFailure(0, new Failure("HANDLER", "it broke")),
                null));
  }

  @Test
  void compensation_afterFailure_runsAndItsFailuresEndOnlyTheirBranch() {
    FakeRun run =
        FakeRun.started(
            Sketch.of(task("a"))
                .timeout(Duration.ofHours(1))
                .onFailure(
                    task("x"),
                    task("y").needs("x"),
                    transform("z", error("a")),
                    task("u").needs("z"),
                    task("v").goTo("w"),
                    task("w")));
    run.fail("a");
    assertThat(run.nodes()).isEqualTo("a:F x:A y:P z:S u:A v:A w:P");
    assertThat(run.phase()).isEqualTo(RunPhase.COMPENSATING);
    assertThat(run.timers).isEmpty();
    assertThat(run.saved).containsEntry(3, Map.of("kind", "HANDLER", "message", "it broke"));
    run.fail("x");
    run.fail("v");
    assertThat(run.nodes()).isEqualTo("a:F x:F y:K z:S u:A v:F w:A");
    run.succeedAll("u", "w");
    assertThat(run.phase()).isEqualTo(RunPhase.FAILED);
    assertThat(run.state().failure()).extracting("node").isEqualTo(0);
    assertThat(run.ends).isEqualTo(1);
  }

  @Test
  void compensation_afterSuccess_doesNotRun() {
    FakeRun run = FakeRun.started(Sketch.of(task("a")).onFailure(task("x")));
    run.succeedAll("a");
    assertThat(run.nodes()).isEqualTo("a:S x:P");
    assertThat(run.phase()).isEqualTo(RunPhase.SUCCEEDED);
  }

  @Test
  void cancel_whileOpen_stopsTasksCompensatesAndEndsCancelled() {
    FakeRun run =
        FakeRun.started(
            Sketch.of(
                    task("a"),
                    task("b"),
                    forEach("f", value(List.of(1L, 2L)), 2, 0),
                    signal("s", null, null),
                    task("p").needs("a"))
                .onFailure(task("x")));
    assertThat(run.apply(CANCEL)).isEqualTo(APPLIED);
    assertThat(run.stopping).isNotEmpty();
    refused(run.apply(CANCEL), "the run is being cancelled already");
    refused(run.apply(PAUSE), "the run is being cancelled");
    run.succeedAll("a");
    run.ended("b", 0, STOPPED);
    run.ended("f", 0, new TaskOutcome.Succeeded(null));
    run.ended("f", 1, STOPPED);
    assertThat(run.nodes()).isEqualTo("a:S b:C f:C s:C p:P x:A");
    run.succeedAll("x");
    assertThat(run.end)
        .isEqualTo(new Command.EndRun(RunPhase.CANCELLED, null, null, "no longer needed"));
    refused(run.apply(CANCEL), "the run has ended: it is CANCELLED");
    refused(run.apply(RETRY), "only a run that is FAILED can be retried; it is CANCELLED");
  }

  @Test
  void cancel_beforeTheStart_endsTheRunWithoutCompensation() {
    FakeRun run = new FakeRun(Sketch.of(task("a")).onFailure(task("x")));
    assertThat(run.apply(CANCEL)).isEqualTo(APPLIED);
    assertThat(run.phase()).isEqualTo(RunPhase.CANCELLED);
    assertThat(run.apply(new RunEvent.Started())).isInstanceOf(Answer.Refused.class);
    assertThat(run.ends).isEqualTo(1);
  }

  @Test
  void cancel_whileFailingOrCompensating_hastensTheFailure() {
    Sketch sketch =
        Sketch.of(task("a"), task("b"))
            .onFailure(
                task("x"), signal("s", null, null), task("y"), task("z"), task("v").needs("z"));
    FakeRun run = FakeRun.started(sketch);
    run.fail("a");
    assertThat(run.stopping).isEmpty();
    assertThat(run.apply(CANCEL)).isEqualTo(APPLIED);
    assertThat(run.stopping).isNotEmpty();
    refused(run.apply(CANCEL), "the run is being stopped already");
    run.ended("b", 0, STOPPED);
    assertThat(run.phase()).isEqualTo(RunPhase.COMPENSATING);
    run.succeedAll("x");
    assertThat(run.apply(CANCEL)).isEqualTo(APPLIED);
    run.ended("y", 0, STOPPED);
    run.succeedAll("z");
    assertThat(run.nodes()).isEqualTo("a:F b:C x:S s:C y:C z:S v:P");
    assertThat(run.phase()).isEqualTo(RunPhase.FAILED);
    assertThat(run.ends).isEqualTo(1);
  }

  @Test
  void task_cancelledAlone_failsItsNode() {
    FakeRun run = FakeRun.started(Sketch.of(task("a"), forEach("f", value(List.of(1L)), 1, 1)));
    run.ended("f", 0, STOPPED);
    assertThat(run.node("f")).isEqualTo(NodeState.SUCCEEDED);
    run.ended("a", 0, STOPPED);
    assertThat(run.kind()).isEqualTo("CANCELLED");
    assertThat(run.phase()).isEqualTo(RunPhase.FAILED);
  }

  @Test
  void timeout_whileOpen_stopsTasksAndFailsTheRun() {
    FakeRun run =
        FakeRun.started(Sketch.of(task("a"), task("b").needs("a")).timeout(Duration.ofMinutes(5)));
    assertThat(run.commands)
        .contains(
            new Command.StartTimer(
                NodeNumbers.RUN, 1, new Command.Due.After(Duration.ofMinutes(5))));
    assertThat(run.apply(new RunEvent.TimedOut())).isEqualTo(APPLIED);
    assertThat(run.apply(new RunEvent.TimedOut())).isInstanceOf(Answer.Refused.class);
    assertThat(run.stopping).isNotEmpty();
    run.ended("a", 0, STOPPED);
    assertThat(run.nodes()).isEqualTo("a:C b:P");
    assertThat(run.kind()).isEqualTo("TIMEOUT");
    assertThat(run.phase()).isEqualTo(RunPhase.FAILED);
  }

  @Test
  void pause_whileOpen_recordsEndsAndStartsNothingUntilResumed() {
    FakeRun run =
        FakeRun.started(
            Sketch.of(
                task("a"),
                task("b").needs("a"),
                transform("c", value(1L)).needs("a"),
                forEach("f", value(List.of(1L, 2L)), 1, 0),
                signal("s", null, null),
                task("n").needs("a", "b", "s").some(1)));
    assertThat(run.apply(PAUSE)).isEqualTo(APPLIED);
    refused(run.apply(PAUSE), "the run is paused already");
    run.succeedAll("a");
    run.send("s", "go");
    run.ended("f", 0, new TaskOutcome.Succeeded(null));
    assertThat(run.nodes()).isEqualTo("a:S b:P c:P f:A s:S n:P");
    assertThat(run.open).isEmpty();
    assertThat(run.apply(RESUME)).isEqualTo(APPLIED);
    refused(run.apply(RESUME), "the run is not paused");
    assertThat(run.nodes()).isEqualTo("a:S b:A c:S f:A s:S n:A");
    assertThat(run.elements("f")).containsExactly(1);
  }

  @Test
  void pause_beforeTheStartAndWhileFailing_holdsBackRootsAndCompensation() {
    FakeRun run = new FakeRun(Sketch.of(task("a")).onFailure(task("x")));
    run.apply(PAUSE);
    run.apply(new RunEvent.Started());
    assertThat(run.nodes()).isEqualTo("a:P x:P");
    run.apply(RESUME);
    run.apply(PAUSE);
    run.fail("a");
    assertThat(run.phase()).isEqualTo(RunPhase.FAILING);
    assertThat(run.nodes()).isEqualTo("a:F x:P");
    run.apply(RESUME);
    assertThat(run.nodes()).isEqualTo("a:F x:A");
  }

  @Test
  void cancel_whilePaused_endsThePause() {
    FakeRun run = FakeRun.started(Sketch.of(signal("s", null, null)).onFailure(task("x")));
    run.apply(PAUSE);
    run.apply(CANCEL);
    assertThat(run.nodes()).isEqualTo("s:C x:A");
    assertThat(run.state().paused()).isFalse();
  }

  @Test
  void timer_ofAnEarlierLife_isRefused() {
    FakeRun run = FakeRun.started(Sketch.of(signal("s", Duration.ofHours(1), null)));
    run.fire("s");
    assertThat(run.phase()).isEqualTo(RunPhase.FAILED);
    run.apply(RETRY);
    refused(run.apply(new RunEvent.TimerFired(0, 1)), "node s does not wait for this timer");
    assertThat(run.fire("s")).isEqualTo(APPLIED);
  }

  @Test
  void retry_ofAFailedRun_startsOnlyWhatHasNotEndedWell() {
    FakeRun run =
        FakeRun.started(
            Sketch.of(
                    task("a"),
                    task("b").needs("a"),
                    task("c").needs("b"),
                    task("d").goOn(null),
                    forEach("f", value(List.of("p", "q", "r")), 1, 1),
                    task("g").needs("f", "d"))
                .timeout(Duration.ofHours(1))
                .onFailure(task("x")));
    run.succeedAll("a");
    run.fail("d");
    run.ended("f", 0, failed());
    run.fail("b");
    run.ended("f", 1, new TaskOutcome.Succeeded("q1"));
    run.fail("x");
    assertThat(run.nodes()).isEqualTo("a:S b:F c:P d:F f:C g:P x:F");
    assertThat(run.apply(RETRY)).isEqualTo(APPLIED);
    assertThat(run.nodes()).isEqualTo("a:S b:A c:P d:F f:A g:P x:P");
    assertThat(run.state().life()).isEqualTo(2);
    assertThat(run.elements("f")).containsExactly(0);
    assertThat(run.apply(new RunEvent.TaskEnded(1, 0, 1, failed())))
        .isInstanceOf(Answer.Refused.class);
    run.succeedAll("b", "c");
    run.ended("f", 0, new TaskOutcome.Succeeded("p2"));
    run.ended("f", 2, new TaskOutcome.Succeeded("r2"));
    run.succeedAll("g");
    assertThat(run.output(4)).isEqualTo(List.of("p2", "q1", "r2"));
    assertThat(run.phase()).isEqualTo(RunPhase.SUCCEEDED);
    assertThat(run.state().failure()).isNull();
    assertThat(run.ends).isEqualTo(2);
  }

  @Test
  void skip_ofWaitingAndPendingNodes_leavesThemOut() {
    FakeRun run =
        FakeRun.started(
            Sketch.of(
                task("a"),
                task("b").needs("a"),
                task("c").needs("b"),
                signal("s", Duration.ofHours(1), null),
                task("d").needs("s", "a")));
    refused(run.apply(new RunEvent.SkipNode(0)), "node a runs; it ends by its tasks");
    assertThat(run.apply(new RunEvent.SkipNode(1))).isEqualTo(APPLIED);
    assertThat(run.apply(new RunEvent.SkipNode(3))).isEqualTo(APPLIED);
    refused(run.apply(new RunEvent.SkipNode(1)), "node b has ended: it is SKIPPED");
    assertThat(run.nodes()).isEqualTo("a:A b:K c:K s:K d:P");
    assertThat(run.timers).isEmpty();
    run.succeedAll("a", "d");
    assertThat(run.phase()).isEqualTo(RunPhase.SUCCEEDED);
  }

  @Test
  void skip_ofWhatFailed_letsARetryGoOnWithoutIt() {
    FakeRun run =
        FakeRun.started(
            Sketch.of(task("a"), task("b"), task("c").needs("a", "b"), task("d").needs("a"))
                .onFailure(task("x")));
    run.succeedAll("b");
    run.fail("a");
    run.succeedAll("x");
    assertThat(run.apply(new RunEvent.SkipNode(0))).isEqualTo(APPLIED);
    assertThat(run.nodes()).isEqualTo("a:K b:S c:P d:K x:S");
    refused(
        run.apply(new RunEvent.SkipNode(4)), "node x cannot be skipped while the run is FAILED");
    run.apply(RETRY);
    assertThat(run.nodes()).isEqualTo("a:K b:S c:A d:K x:P");
    run.succeedAll("c");
    assertThat(run.phase()).isEqualTo(RunPhase.SUCCEEDED);
  }

  @Test
  void signal_inTime_isTheOutputAndComesOnce() {
    Work.Signal work = new Work.Signal(List.of("yes", "no", 3L), Duration.ofHours(1), null);
    FakeRun run = FakeRun.started(Sketch.of(task("a"), node("s", work).needs("a"), task("t")));
    refused(run.send("s", "yes"), "node s does not wait yet; send the signal when it does");
    refused(run.send("a", "yes"), "node a takes no signals");
    run.succeedAll("a");
    assertThat(run.commands).contains(new Command.AwaitSignal(1, List.of("yes", "no", 3L)));
    refused(run.send("s", "maybe"), "node s takes only one of [yes, no, 3]");
    assertThat(run.send("s", 3.0)).isEqualTo(APPLIED);
    assertThat(run.saved).containsEntry(1, 3.0);
    assertThat(run.timers).isEmpty();
    refused(run.send("s", "no"), "node s does not wait any more: it is SUCCEEDED");
    assertThat(run.fire("s")).isInstanceOf(Answer.Refused.class);
  }

  @Test
  void signal_tooLate_failsOrTakesItsDefault() {
    FakeRun run =
        FakeRun.started(
            Sketch.of(
                signal("s", Duration.ofHours(1), new Work.Fallback(null)),
                signal("t", Duration.ofHours(1), null).goOn(null)));
    run.fire("s");
    run.fire("t");
    assertThat(run.nodes()).isEqualTo("s:S t:F");
    assertThat(run.saved).containsEntry(0, null);
    assertThat(run.error(1)).isEqualTo(new Failure("TIMEOUT", "no signal came within PT1H"));
  }

  @ParameterizedTest
  @CsvSource({
    "90s, PT1M30S",
    "PT10M, PT10M",
    "2d, PT48H",
    "250ms, PT0.25S",
    "0s, PT0S",
    "366d, PT8784H",
  })
  void sleep_durations_areReadAsTextOrSeconds(String text, Duration expected) {
    FakeRun run = FakeRun.started(Sketch.of(node("z", new Work.Sleep(value(text)))));
    assertThat(run.commands)
        .containsExactly(new Command.StartTimer(0, 1, new Command.Due.After(expected)));
    run.fire("z");
    assertThat(run.phase()).isEqualTo(RunPhase.SUCCEEDED);
  }

  @ParameterizedTest
  @CsvSource({"367d", "-PT1S", "soon", "999999999999d", "PT9999999999999H", "1.5h"})
  void sleep_noDuration_failsAsExpression(String text) {
    FakeRun run = FakeRun.started(Sketch.of(node("z", new Work.Sleep(value(text)))));
    assertThat(run.kind()).isEqualTo("EXPRESSION");
  }

  @Test
  void sleepAndUntil_otherValues_areReadOrRefused() {
    FakeRun run =
        FakeRun.started(
            Sketch.of(
                node("a", new Work.Sleep(value(2L))),
                node("b", new Work.Sleep(value(1.5))),
                node("c", new Work.Sleep(value(-1L))).goOn(null),
                node("d", new Work.Sleep(value(Double.NaN))).goOn(null),
                node("e", new Work.Until(value("2026-05-01T10:00:00+02:00"))),
                node("f", new Work.Until(value("tomorrow"))).goOn(null),
                node("g", new Work.Until(value("+999999999-01-01T00:00:00Z"))).goOn(null),
                node("h", new Work.Until(value(5L))).goOn(null)));
    assertThat(run.nodes()).isEqualTo("a:A b:A c:F d:F e:A f:F g:F h:F");
    assertThat(run.timers.values())
        .extracting(Command.StartTimer::due)
        .containsExactly(
            new Command.Due.After(Duration.ofSeconds(2)),
            new Command.Due.After(Duration.ofMillis(1500)),
            new Command.Due.At(Instant.parse("2026-05-01T08:00:00Z")));
  }

  @Test
  void apply_unknownNode_isADefectOfTheCaller() {
    FakeRun run = FakeRun.started(Sketch.of(task("a")));
    assertThatThrownBy(() -> run.apply(new RunEvent.SkipNode(1)))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
