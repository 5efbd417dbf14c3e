package io.millrace.workflow.run;

import static io.millrace.workflow.run.Sketch.choice;
import static io.millrace.workflow.run.Sketch.forEach;
import static io.millrace.workflow.run.Sketch.output;
import static io.millrace.workflow.run.Sketch.task;
import static io.millrace.workflow.run.Sketch.transform;
import static io.millrace.workflow.run.Sketch.value;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Runs that take over what others have finished. */
class RerunTest {
  private static Sketch diamond() {
    return Sketch.of(
        task("a"),
        task("b").needs("a"),
        task("c").needs("a"),
        transform("d", output("b")).needs("b", "c"));
  }

  @Test
  void fromAMiddleNode_runsItAndWhatLiesBehind_withTheOutputsBefore() {
    FakeRun source = FakeRun.started(diamond());
    source.succeedAll("a", "b", "c");
    assertThat(source.phase()).isEqualTo(RunPhase.SUCCEEDED);
    FakeRun again = FakeRun.again(diamond(), source, "b");
    assertThat(again.nodes()).isEqualTo("a:S b:A c:S d:P");
    assertThat(again.open).hasSize(1);
    again.succeed("b", "anew");
    assertThat(again.phase()).isEqualTo(RunPhase.SUCCEEDED);
    assertThat(again.saved).containsEntry(3, "anew").containsEntry(2, "c");
  }

  @Test
  void fromTheFirstNode_runsAll() {
    FakeRun source = FakeRun.started(diamond());
    source.succeedAll("a", "b", "c");
    assertThat(FakeRun.again(diamond(), source, "a").nodes()).isEqualTo("a:A b:P c:P d:P");
  }

  @Test
  void whatNeverFinished_runsToo() {
    FakeRun source = FakeRun.started(diamond());
    source.succeedAll("a");
    source.fail("b");
    source.succeed("c", 1L);
    assertThat(source.phase()).isEqualTo(RunPhase.FAILED);
    FakeRun again = FakeRun.again(diamond(), source, "c");
    assertThat(again.nodes()).isEqualTo("a:S b:A c:A d:P");
  }

  @Test
  void aFailureThatWasHandled_isTakenOverWithItsWay() {
    Sketch sketch =
        Sketch.of(
            task("a").goTo("mend"), task("b").needs("a"), task("mend"), task("c").needs("mend"));
    FakeRun source = FakeRun.started(sketch);
    source.fail("a");
    source.succeedAll("mend", "c");
    assertThat(source.nodes()).isEqualTo("a:F b:K mend:S c:S");
    assertThat(FakeRun.again(sketch, source, "c").nodes()).isEqualTo("a:F b:K mend:S c:A");
    assertThat(FakeRun.again(sketch, source, "mend").nodes()).isEqualTo("a:F b:K mend:A c:P");
  }

  @Test
  void aSwitchThatHasChosen_leadsTheSameWay() {
    Sketch sketch =
        Sketch.of(
            choice("s", true, value(false), value(true))
                .then(List.of("x"), List.of("y"), List.of("z")),
            task("x"),
            task("y"),
            task("z"),
            task("end").needs("x", "y", "z"));
    FakeRun source = FakeRun.started(sketch);
    source.succeedAll("y", "end");
    assertThat(source.nodes()).isEqualTo("s:S x:K y:S z:K end:S");
    assertThat(FakeRun.again(sketch, source, "y").nodes()).isEqualTo("s:S x:K y:A z:K end:P");
    assertThat(FakeRun.again(sketch, source, "end").nodes()).isEqualTo("s:S x:K y:S z:K end:A");
    // No way leads there, whoever asks for it.
    assertThat(FakeRun.again(sketch, source, "z").nodes()).isEqualTo("s:S x:K y:S z:K end:A");
  }

  @Test
  void joinOfSome_thatHasBegun_staysWhatItIs() {
    Sketch sketch =
        Sketch.of(task("a"), task("b"), task("c").needs("a", "b").some(1), task("d").needs("c"));
    FakeRun source = FakeRun.started(sketch);
    source.succeedAll("a", "c", "d");
    source.fail("b");
    FakeRun again = FakeRun.again(sketch, source, "d");
    assertThat(again.nodes()).isEqualTo("a:S b:A c:S d:A");
    again.succeedAll("b", "d");
    assertThat(again.phase()).isEqualTo(RunPhase.SUCCEEDED);
    assertThat(FakeRun.again(sketch, source, "b").nodes()).isEqualTo("a:S b:A c:A d:P");
  }

  @Test
  void forEach_runsAgainWithAllItsElements() {
    Sketch sketch =
        Sketch.of(task("a"), forEach("f", value(List.of(1L, 2L)), 5, 0).needs("a"), task("z"));
    FakeRun source = FakeRun.started(sketch);
    source.succeedAll("a", "z");
    source.ended("f", 0, new TaskOutcome.Succeeded(1L));
    source.ended("f", 1, FakeRun.failed());
    assertThat(FakeRun.again(sketch, source, "f").elements("f")).containsExactly(0, 1);
  }

  @Test
  void anotherPlan_findsNodesByName_andRunsThoseItDoesNotKnow() {
    FakeRun source = FakeRun.started(diamond());
    source.succeedAll("a", "b", "c");
    Sketch later = Sketch.of(task("new"), task("b"), task("d").needs("b", "new"));
    FakeRun again = FakeRun.again(later, source, "d");
    assertThat(again.nodes()).isEqualTo("new:A b:S d:P");
  }
}
