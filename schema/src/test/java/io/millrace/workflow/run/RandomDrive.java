package io.millrace.workflow.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.workflow.plan.Work;
import io.millrace.workflow.plan.WorkflowLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Drives a run to its end in a random order, with everything told twice or at the wrong time. */
final class RandomDrive {
  private static final int MOST_STEPS = 3_000;
  private static final int MOST_LIVES = 3;

  final World world;
  final FakeRun run;

  /** Whether a cancelling or a timeout cut this life short, and the phase that it met. */
  @Nullable RunPhase disturbed;

  private final Random random;
  private final int disturbance;
  private final List<RunEvent> past = new ArrayList<>();

  RandomDrive(World world, Random random) {
    this.world = world;
    this.random = random;
    this.run = new FakeRun(world.plan);
    this.disturbance = random.nextInt(10) < 6 ? 0 : 4;
  }

  /** To the end of the last life, each checked when it ends. */
  void toTheEnd(Runnable check) {
    for (int step = 0; run.end == null || retried(check); step++) {
      assertThat(step).as("steps: the run hangs in %s", run.nodes()).isLessThan(MOST_STEPS);
      step();
    }
    again();
  }

  private boolean retried(Runnable check) {
    check.run();
    assertThat(run.ends).isEqualTo(run.state().life());
    if (run.phase() != RunPhase.FAILED
        || run.state().life() == MOST_LIVES
        || random.nextInt(4) == 0) {
      return false;
    }
    again();
    past.removeIf(event -> event instanceof RunEvent.SignalReceived); // May count once more now.
    run.end = null;
    disturbed = null;
    assertThat(run.apply(new RunEvent.RetryFailed())).isEqualTo(new Answer.Applied());
    return run.end == null || retried(check);
  }

  private void step() {
    if (run.phase() == RunPhase.NEW && random.nextInt(5) > 0) {
      run.apply(new RunEvent.Started());
    }
    if (random.nextInt(100) < disturbance) {
      disturb();
    }
    switch (random.nextInt(12)) {
      case 0 -> again();
      case 1 -> nonsense();
      case 2 -> run.apply(new RunEvent.Paused());
      case 3, 4 -> run.apply(new RunEvent.Resumed());
      default -> deliver();
    }
  }

  private void disturb() {
    RunPhase before = run.phase();
    boolean cancel = random.nextBoolean();
    RunEvent event = cancel ? new RunEvent.CancelRequested("why") : new RunEvent.TimedOut();
    if (run.apply(event) instanceof Answer.Applied && (disturbed == null || cancel)) {
      disturbed = disturbed == RunPhase.COMPENSATING ? disturbed : before;
    }
    run.timers.remove(NodeNumbers.RUN);
  }

  /** Some of what has to come, in one transaction. */
  private void deliver() {
    List<RunEvent> coming = coming();
    List<RunEvent> batch = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0 && !coming.isEmpty(); i--) {
      batch.add(coming.remove(random.nextInt(coming.size())));
    }
    for (RunEvent event : batch) {
      if (event instanceof RunEvent.TimerFired(int node, int round)) {
        run.timers.remove(node);
      }
    }
    RunState state = run.state();
    boolean held = state.paused() || (state.halted && state.phase() == RunPhase.COMPENSATING);
    int before = run.started.size();
    run.apply(batch);
    if (held) {
      assertThat(run.started).as("tasks while nothing may start").hasSize(before);
    }
    past.addAll(batch);
    checkWidths();
  }

  private List<RunEvent> coming() {
    RunState state = run.state();
    List<RunEvent> coming = new ArrayList<>();
    run.open.forEach(
        (key, task) ->
            coming.add(
                new RunEvent.TaskEnded(
                    key.node(), key.element(), key.round(), outcome(key, task))));
    run.timers.forEach(
        (node, timer) -> {
          if (node != NodeNumbers.RUN) {
            String name = run.numbers.node(node).name();
            boolean fires =
                !(run.numbers.node(node).work() instanceof Work.Signal)
                    || world.fails(name, 0, state.life());
            coming.add(
                fires
                    ? new RunEvent.TimerFired(node, timer.round())
                    : new RunEvent.SignalReceived(node, "signal " + name));
          }
        });
    return coming;
  }

  private TaskOutcome outcome(FakeRun.Key key, Command.StartTask task) {
    if (run.stopping.contains(key) && random.nextInt(10) < 7) {
      return new TaskOutcome.Cancelled();
    }
    int turn = (key.round() - 1) % WorkflowLimits.MAX_ROUNDS + 1;
    Object payload =
        switch (task) {
          case Command.StartJob job -> job.payload();
          case Command.StartRun sub -> sub.input();
        };
    String name = run.numbers.node(key.node()).name();
    return world.outcome(name, key.element(), turn, payload, run.state().life());
  }

  /** What was counted once changes nothing when it is told again, alone or beside others. */
  private void again() {
    List<RunEvent> told = past.stream().filter(event -> random.nextInt(4) == 0).toList();
    assertThat(run.apply(told)).allMatch(answer -> answer instanceof Answer.Refused);
  }

  private void nonsense() {
    int node = random.nextInt(run.numbers.size());
    int element = random.nextInt(4) - 1;
    int round = random.nextInt(3);
    if (!run.open.containsKey(new FakeRun.Key(node, element, round))) {
      RunEvent event = new RunEvent.TaskEnded(node, element, round, FakeRun.failed());
      assertThat(run.apply(event)).isInstanceOf(Answer.Refused.class);
    }
  }

  private void checkWidths() {
    for (int node = 0; node < run.numbers.size(); node++) {
      if (run.numbers.node(node).work() instanceof Work.ForEach each) {
        int number = node;
        long open = run.open.keySet().stream().filter(key -> key.node() == number).count();
        assertThat(open).isLessThanOrEqualTo(each.concurrency());
      }
    }
  }
}
