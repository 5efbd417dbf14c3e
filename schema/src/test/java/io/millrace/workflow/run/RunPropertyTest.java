package io.millrace.workflow.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.workflow.plan.ExpressionException;
import io.millrace.workflow.plan.Graph;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random runs end as the reference says, in whatever order things happen.
 *
 * <p>A run that nothing fails and nobody stops ends with exactly the reference's states and output.
 * In any other, how far it got is a matter of chance; but each node that ended is what the
 * reference says or was CANCELLED, the nodes before it let it start, and the compensation ends
 * exactly as the reference's unless it was itself stopped.
 */
class RunPropertyTest {
  private static final int SEEDS = 1_500;
  private static final int ORDERS = 2;

  @Test
  void apply_inAnyOrder_endsAsTheReference() {
    Map<RunPhase, Integer> ways = new EnumMap<>(RunPhase.class);
    int lives = 0;
    long first = Long.getLong("millrace.seed", 1);
    for (long seed = first; seed < first + SEEDS; seed++) {
      for (int order = 0; order < ORDERS; order++) {
        try {
          RunState end = check(seed, order);
          ways.merge(end.phase(), 1, Integer::sum);
          lives += end.life();
        } catch (AssertionError | RuntimeException e) {
          throw new AssertionError("seed " + seed + ", order " + order, e);
        }
      }
    }
    // Runs that all end alike would prove little.
    assertThat(ways.keySet())
        .containsExactlyInAnyOrder(RunPhase.SUCCEEDED, RunPhase.FAILED, RunPhase.CANCELLED);
    assertThat(ways.values()).allMatch(count -> count > SEEDS * ORDERS / 50);
    assertThat(lives).isGreaterThan(SEEDS * ORDERS * 11 / 10);
  }

  private static RunState check(long seed, int order) {
    World world = new RandomWorlds(random(seed)).draw();
    RandomDrive drive = new RandomDrive(world, random(seed * 31 + order));
    drive.toTheEnd(() -> checkEnd(drive));
    return drive.run.state();
  }

  /** The first numbers of a Random are much alike for seeds that are; these are not. */
  private static Random random(long seed) {
    return new Random(seed * 0x9E3779B97F4A7C15L);
  }

  private static void checkEnd(RandomDrive drive) {
    RunState state = drive.run.state();
    ReferenceRun reference = new ReferenceRun(drive.world, state.life());
    boolean fatal = !reference.fatal().isEmpty();
    Object output = null;
    boolean broken = false;
    try {
      output = fatal ? null : reference.output();
    } catch (ExpressionException e) {
      broken = true;
    }
    if (drive.disturbed == null && !fatal) {
      ends(drive.run).exactly(drive.world.plan.main(), reference.main);
      assertThat(state.phase()).isEqualTo(broken ? RunPhase.FAILED : RunPhase.SUCCEEDED);
      assertThat(Objects.requireNonNull(drive.run.end).output()).isEqualTo(broken ? null : output);
    } else {
      ends(drive.run).soFar(drive.world.plan.main(), reference.main, true);
      checkOutcome(drive, fatal, state);
    }
    checkCompensation(drive, reference, state);
  }

  private static void checkOutcome(RandomDrive drive, boolean fatal, RunState state) {
    RunFailure failure = state.failure();
    if (drive.disturbed == null) {
      assertThat(state.phase()).isEqualTo(RunPhase.FAILED);
    }
    assertThat(state.phase()).isEqualTo(failure == null ? RunPhase.CANCELLED : RunPhase.FAILED);
    if (failure != null && failure.node() != NodeNumbers.RUN) {
      assertThat(fatal).isTrue();
      assertThat(state.node(failure.node())).isEqualTo(NodeState.FAILED);
    }
  }

  private static void checkCompensation(RandomDrive drive, ReferenceRun reference, RunState state) {
    Graph graph = drive.world.plan.compensation();
    if (state.phase() == RunPhase.SUCCEEDED || drive.disturbed == RunPhase.NEW) {
      ends(drive.run).exactly(graph, Map.of());
    } else if (drive.disturbed == RunPhase.COMPENSATING) {
      ends(drive.run).soFar(graph, reference.compensation, false);
    } else {
      ends(drive.run).exactly(graph, reference.compensation);
    }
  }

  private static EndCheck ends(FakeRun run) {
    return new EndCheck(run::node, name -> run.saved.get(run.number(name)), run.nodes());
  }
}
