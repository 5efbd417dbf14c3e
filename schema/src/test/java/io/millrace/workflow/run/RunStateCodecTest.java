package io.millrace.workflow.run;

import static io.millrace.workflow.run.Sketch.forEach;
import static io.millrace.workflow.run.Sketch.job;
import static io.millrace.workflow.run.Sketch.node;
import static io.millrace.workflow.run.Sketch.task;
import static io.millrace.workflow.run.Sketch.transform;
import static io.millrace.workflow.run.Sketch.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.workflow.plan.Work;
import io.millrace.workflow.run.Sketch.NodeSketch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RunStateCodecTest {
  /** A run in the middle of everything: counters, a wide node, a loop, a pause. */
  private static FakeRun busy() {
    Map<String, Work.Carried> carried =
        Map.of(
            "v", new Work.Carried(value(Map.of("deep", List.of(1L, 2.5, true, "x"))), value(1L)));
    FakeRun run =
        FakeRun.started(
            Sketch.of(
                task("a"),
                task("b"),
                task("c").needs("a", "b"),
                forEach("f", value(List.of(1L, 2L, 3L, 4L, 5L)), 3, 5),
                node("w", new Work.While(value(true), 9, carried, job(value(null))))));
    run.succeedAll("a");
    run.ended("f", 1, FakeRun.failed());
    run.apply(new RunEvent.Paused());
    run.ended("f", 0, new TaskOutcome.Succeeded(null));
    return run;
  }

  @Test
  void encode_aBusyRun_isReadAsItWas() {
    FakeRun run = busy();
    RunState state = run.state();
    assertThat(run.nodes()).isEqualTo("a:S b:A c:P f:A w:A");
    assertThat(state.decided[2]).isEqualTo(1);
    assertThat(state.taken[2]).isEqualTo(1);
    assertThat(state.paused()).isTrue();
    Progress.Elements elements = (Progress.Elements) Objects.requireNonNull(state.progress.get(3));
    assertThat(elements.tasks).isEqualTo(5);
    assertThat(elements.next).isEqualTo(4);
    assertThat(elements.failures).isEqualTo(1);
    assertThat(elements.running.stream()).containsExactly(2, 3);
    assertThat(elements.unsuccessful.stream()).containsExactly(1);
    Progress.Rounds rounds = (Progress.Rounds) Objects.requireNonNull(state.progress.get(4));
    assertThat(rounds.round).isEqualTo(1);
    assertThat(rounds.running).isTrue();
    assertThat(Values.read(rounds.carried))
        .isEqualTo(Map.of("v", Map.of("deep", List.of(1L, 2.5, true, "x"))));
  }

  @Test
  void encode_aFailingRun_keepsItsFailure() {
    FakeRun run = busy();
    run.fail("b");
    RunFailure failure = new RunFailure(1, new Failure("HANDLER", "it broke"));
    assertThat(run.state().failure()).isEqualTo(failure);
    assertThat(run.phase()).isEqualTo(RunPhase.FAILING);
  }

  @Test
  void encode_tenThousandNodes_takesFewBytes() {
    NodeSketch[] nodes =
        IntStream.range(0, 10_000)
            .mapToObj(i -> transform("n" + i, value(null)))
            .toArray(NodeSketch[]::new);
    FakeRun run = new FakeRun(ChainPlan.of(nodes));
    assertThat(run.stored()).hasSizeLessThan(30);
    run.apply(new RunEvent.Started());
    assertThat(run.stored()).hasSizeLessThan(30);
  }

  @Test
  void decode_cutOrChangedAnywhere_isRefused() {
    FakeRun run = busy();
    byte[] bytes = run.stored();
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> RunStateCodec.decode(run.numbers, cut))
          .isInstanceOf(BadRunStateException.class);
      byte[] changed = bytes.clone();
      changed[length] ^= 0x10;
      assertThatThrownBy(() -> RunStateCodec.decode(run.numbers, changed))
          .isInstanceOf(BadRunStateException.class);
    }
  }

  /** Whoever writes a valid checksum behind garbage gets no farther. */
  @Test
  void decode_garbageWithAChecksum_isRefusedOrSound() {
    FakeRun run = busy();
    byte[] bytes = Arrays.copyOf(run.stored(), run.stored().length - Integer.BYTES);
    Random random = new Random(7);
    int refused = 0;
    for (int i = 0; i < 5_000; i++) {
      byte[] changed = bytes.clone();
      changed[1 + random.nextInt(changed.length - 1)] = (byte) random.nextInt();
      StateWriter out = new StateWriter();
      for (byte b : changed) {
        out.octet(b);
      }
      try {
        RunState state = RunStateCodec.decode(run.numbers, out.checked());
        assertThat(RunStateCodec.decode(run.numbers, RunStateCodec.encode(state))).isNotNull();
      } catch (BadRunStateException e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  @Test
  void decode_anotherVersionOrPlan_isRefusedByName() {
    FakeRun run = busy();
    byte[] later = run.stored();
    later[0] = 2;
    assertThatThrownBy(() -> RunStateCodec.decode(run.numbers, later))
        .isInstanceOf(BadRunStateException.class)
        .hasMessage("Run state: its version is 2; this program reads 1");
    NodeNumbers other = new NodeNumbers(Sketch.of(task("a")).plan());
    assertThatThrownBy(() -> RunStateCodec.decode(other, run.stored()))
        .isInstanceOf(BadRunStateException.class)
        .hasMessage("Run state: it is of 5 nodes, its plan has 1");
  }

  @Test
  void values_ofEveryKind_areReadAsTheyWere() throws Exception {
    Map<String, @Nullable Object> value = new LinkedHashMap<>();
    value.put("null", null);
    value.put("list", Arrays.asList(true, false, null, -1L, Long.MIN_VALUE, 0.5, "ä€😀", ""));
    value.put("map", Map.of("", Map.of()));
    assertThat(Values.read(Values.write(value))).isEqualTo(value);
  }

  @Test
  void values_nestedTooDeeply_areRefused() throws Exception {
    Object nested = 1L;
    for (int depth = 0; depth < Values.MAX_DEPTH; depth++) {
      nested = new ArrayList<>(List.of(nested));
    }
    assertThat(Values.read(Values.write(nested))).isEqualTo(nested);
    Object tooDeep = List.of(nested);
    assertThatThrownBy(() -> Values.write(tooDeep)).isInstanceOf(Values.TooLargeException.class);
  }
}
