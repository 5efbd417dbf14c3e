package io.millrace.workflow.run;

import static io.millrace.workflow.run.Sketch.forEach;
import static io.millrace.workflow.run.Sketch.signal;
import static io.millrace.workflow.run.Sketch.task;
import static io.millrace.workflow.run.Sketch.transform;
import static io.millrace.workflow.run.Sketch.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.workflow.profile.LoggedMove;
import io.millrace.workflow.profile.Part;
import io.millrace.workflow.profile.Parts;
import io.millrace.workflow.profile.Profiler;
import io.millrace.workflow.profile.RunProfile;
import io.millrace.workflow.profile.TaskTimes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the moves of a run tell: where its nodes are, and where its time went. */
class RunLogTest {
  private static final int SEEDS = 600;
  private static final long BEGIN = 1_000_000;

  @Test
  void moves_written_areRead() {
    List<RunMove> moves =
        List.of(
            new RunMove.Entered(RunPhase.OPEN),
            new RunMove.Moved(0, NodeState.ACTIVE),
            new RunMove.Moved(9_999, NodeState.SKIPPED),
            new RunMove.Moved(12, NodeState.CANCELLED),
            new RunMove.Paused(),
            new RunMove.Resumed());
    assertThat(RunMoves.write(moves)).isEqualTo("OPEN 0A 9999K 12C PAUSED RESUMED");
    assertThat(RunMoves.read(RunMoves.write(moves))).isEqualTo(moves);
    assertThat(RunMoves.read("")).isEmpty();
    assertThatThrownBy(() -> RunMoves.read("0A 7")).isInstanceOf(BadRunStateException.class);
    assertThatThrownBy(() -> RunMoves.read("NEVER")).isInstanceOf(BadRunStateException.class);
  }

  @Test
  void moves_nodeWithoutTask_startsBeforeItEnds() {
    FakeRun run = FakeRun.started(Sketch.of(transform("t", value(1L)), task("a").needs("t")));
    assertThat(RunMoves.write(run.log.getFirst())).isEqualTo("OPEN 0A 0S 1A");
    run.succeed("a", 1L);
    assertThat(RunMoves.write(run.log.getLast())).isEqualTo("1S SUCCEEDED");
  }

  @Test
  void random_replayed_givesStatesAndAddsUp() {
    int paused = 0;
    int retried = 0;
    long first = Long.getLong("millrace.seed", 1);
    for (long seed = first; seed < first + SEEDS; seed++) {
      try {
        Random random = new Random(seed * 0x9E3779B97F4A7C15L);
        RandomDrive drive = new RandomDrive(new RandomWorlds(random).draw(), random);
        drive.toTheEnd(() -> {});
        checkReplay(drive.run);
        RunProfile profile = checkProfile(drive.run, random);
        paused += profile.parts().of(Part.PAUSED) > 0 ? 1 : 0;
        retried += profile.parts().of(Part.STOPPED) > 0 ? 1 : 0;
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
    // A profile in which nothing happens proves little.
    assertThat(paused).isGreaterThan(SEEDS / 50);
    assertThat(retried).isGreaterThan(SEEDS / 50);
  }

  private static void checkReplay(FakeRun run) {
    NodeState[] nodes = new NodeState[run.numbers.size()];
    Arrays.fill(nodes, NodeState.PENDING);
    RunPhase phase = RunPhase.NEW;
    boolean paused = false;
    int ends = 0;
    for (RunMove move : run.log.stream().flatMap(List::stream).toList()) {
      switch (move) {
        case RunMove.Moved(int node, NodeState state) -> nodes[node] = state;
        case RunMove.Entered(RunPhase next) -> {
          phase = next;
          ends += next.isFinal() ? 1 : 0;
        }
        case RunMove.Paused() -> paused = true;
        case RunMove.Resumed() -> paused = false;
      }
    }
    RunState state = run.state();
    assertThat(phase).isEqualTo(state.phase());
    assertThat(paused).isEqualTo(state.paused());
    assertThat(ends).as("moves that end the run").isEqualTo(run.ends);
    assertThat(nodes)
        .containsExactly(
            IntStream.range(0, nodes.length).mapToObj(state::node).toArray(NodeState[]::new));
  }

  /** Times go on, stand still and now and then go back a little, as with two transactions. */
  private static RunProfile checkProfile(FakeRun run, Random random) {
    long[] times = new long[run.log.size()];
    long now = BEGIN;
    for (int i = 0; i < times.length; i++) {
      now += Math.max(-3, random.nextInt(60) - 15);
      times[i] = now;
    }
    List<LoggedMove> log = new ArrayList<>();
    for (int i = 0; i < times.length; i++) {
      for (RunMove move : run.log.get(i)) {
        log.add(new LoggedMove(times[i], move));
      }
    }
    long end = Math.max(BEGIN, log.getLast().at() + random.nextInt(3));
    List<TaskTimes> tasks = new ArrayList<>();
    for (Map.Entry<FakeRun.Key, Integer> task : run.startedIn.entrySet()) {
      Integer ended = run.endedIn.get(task.getKey());
      if (random.nextInt(20) > 0) {
        tasks.add(
            lived(
                task.getKey().node(),
                times[task.getValue()],
                ended == null ? null : times[ended] - random.nextInt(3),
                end,
                random));
      }
    }
    RunProfile profile = Profiler.of(run.numbers, log, tasks, BEGIN, end);
    checkSums(profile, end);
    // The same run, looked at before it had ended.
    int cut = random.nextInt(log.size());
    long until = Math.max(BEGIN, log.get(cut).at()) + random.nextInt(20);
    checkSums(Profiler.of(run.numbers, log.subList(0, cut), tasks, BEGIN, until), until);
    return profile;
  }

  private static TaskTimes lived(
      int node, long begin, @Nullable Long ended, long asOf, Random random) {
    String history =
        """
        [1, %d, "READY", 0, null]
        [2, %d, "RUNNING", 1, null]
        [3, %d, "SCHEDULED", 1, {"error": "a, \"READY\", b"}]
        [4, %d, "RUNNING", 2, null]
        [5, %d, "CANCEL_REQUESTED", 2, null]
        """
            .formatted(
                begin,
                begin + random.nextInt(10),
                begin + random.nextInt(20),
                begin + random.nextInt(30),
                begin + random.nextInt(30));
    return TaskTimes.ofJob(node, begin, ended, history, asOf);
  }

  private static void checkSums(RunProfile profile, long end) {
    assertThat(profile.parts().total()).isEqualTo(end - BEGIN);
    long at = BEGIN;
    for (RunProfile.Step step : profile.path()) {
      assertThat(step.from()).isEqualTo(at);
      assertThat(step.parts().total()).isEqualTo(step.to() - step.from());
      at = step.to();
    }
    assertThat(at).isEqualTo(end);
    for (Part part : Part.values()) {
      assertThat(profile.parts().of(part)).isNotNegative();
    }
  }

  @Test
  void profile_chainWithRetry_saysWhereTheTimeWent() {
    FakeRun run = FakeRun.started(Sketch.of(task("a"), task("b").needs("a"), task("idle")));
    run.succeed("idle", 1L);
    run.succeed("a", 1L);
    run.succeed("b", 1L);
    // a: 5 queued, 10 running, 20 backoff, 3 running; then 2 until b is there; b: 4 and 6.
    TaskTimes a =
        TaskTimes.ofJob(
            0,
            100,
            138L,
            """
            [1, 100, "READY", 0, null]
            [2, 105, "RUNNING", 1, null]
            [3, 115, "SCHEDULED", 1, null]
            [4, 135, "RUNNING", 2, null]
            [5, 138, "SUCCEEDED", 2, null]
            """,
            150);
    TaskTimes b =
        TaskTimes.ofJob(
            1,
            140,
            150L,
            """
            [1, 140, "READY", 0, null]
            [2, 144, "RUNNING", 1, null]
            [3, 150, "SUCCEEDED", 1, null]
            """,
            150);
    RunProfile profile = profile(run, List.of(a, b), 100, 110, 140, 150);
    assertThat(profile.parts().shown())
        .isEqualTo(Map.of(Part.QUEUE, 9L, Part.RUN, 19L, Part.BACKOFF, 20L, Part.BETWEEN, 2L));
    assertThat(profile.path().stream().map(RunProfile.Step::node).toList()).containsExactly(0, 1);
    assertThat(profile.nodes().get(2)).satisfies(idle -> assertThat(idle.critical()).isFalse());
  }

  @Test
  void profile_forEachOneAtATime_followsItsTasks() {
    FakeRun run = FakeRun.started(Sketch.of(forEach("f", value(List.of(1L, 2L)), 1, 0)));
    TaskOutcome fine = new TaskOutcome.Succeeded(null);
    run.ended("f", 0, fine);
    run.ended("f", 1, fine);
    TaskTimes first = TaskTimes.ofJob(0, 0, 10L, "[1, 0, \"RUNNING\", 1, null]", 30);
    TaskTimes second = TaskTimes.ofJob(0, 12, 30L, "[1, 12, \"RUNNING\", 1, null]", 30);
    Parts parts = profile(run, List.of(first, second), 0, 12, 30).parts();
    assertThat(parts.shown()).isEqualTo(Map.of(Part.RUN, 28L, Part.BETWEEN, 2L));
  }

  @Test
  void profile_signalPauseAndSubRun_haveTheirParts() {
    FakeRun run = FakeRun.started(Sketch.of(signal("s", null, null), task("a").needs("s")));
    run.apply(new RunEvent.Paused());
    run.send("s", "yes");
    run.apply(new RunEvent.Resumed());
    run.succeed("a", 1L);
    TaskTimes inner = TaskTimes.ofRun(1, 60, 65L, 90L, 90);
    RunProfile profile = profile(run, List.of(inner), 0, 20, 40, 60, 90);
    assertThat(profile.parts().shown())
        .isEqualTo(Map.of(Part.WAIT, 40L, Part.PAUSED, 20L, Part.QUEUE, 5L, Part.RUN, 25L));
  }

  private static RunProfile profile(FakeRun run, List<TaskTimes> tasks, long... times) {
    List<LoggedMove> log = new ArrayList<>();
    for (int i = 0; i < times.length; i++) {
      for (RunMove move : run.log.get(i)) {
        log.add(new LoggedMove(times[i], move));
      }
    }
    return Profiler.of(run.numbers, log, tasks, times[0], times[times.length - 1]);
  }
}
