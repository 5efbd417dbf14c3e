package io.millrace.workflow.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.workflow.plan.Plan;
import io.millrace.workflow.plan.Work;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Everything around an advance, in memory: keeps the state as bytes between any two events, works
 * out each step twice as after a transaction that was rolled back, and carries out the commands.
 */
final class FakeRun implements Outputs {
  /** A task's place: no two tasks of a run share it. */
  record Key(int node, int element, int round) {}

  final Plan plan;
  final Advance advance;
  final NodeNumbers numbers;
  final Map<Key, Command.StartTask> open =
      new TreeMap<>(
          Comparator.comparingInt(Key::node)
              .thenComparingInt(Key::element)
              .thenComparingInt(Key::round));
  final Map<Integer, Command.StartTimer> timers = new TreeMap<>();
  final List<Command> commands = new ArrayList<>();
  final Map<Integer, @Nullable Object> saved = new HashMap<>();
  final Set<Integer> loaded = new HashSet<>();
  @Nullable Object input;
  Command.@Nullable EndRun end;
  int ends;

  /** The tasks that were running when all were told to stop. */
  final Set<Key> stopping = new HashSet<>();

  /** All tasks that ever started. */
  final Set<Key> started = new HashSet<>();

  /** The moves of each advance. */
  final List<List<RunMove>> log = new ArrayList<>();

  /** In which advances tasks started and ended, by their places in the log. */
  final Map<Key, Integer> startedIn = new HashMap<>();

  final Map<Key, Integer> endedIn = new HashMap<>();

  private final Map<Key, TaskOutcome> results = new HashMap<>();
  private final Map<Integer, Failure> errors = new HashMap<>();
  private byte[] stored;

  FakeRun(Sketch sketch) {
    this(sketch.plan());
  }

  FakeRun(Plan plan) {
    this.plan = plan;
    advance = new Advance(plan);
    numbers = advance.numbers();
    stored = RunStateCodec.encode(advance.fresh());
  }

  static FakeRun started(Sketch sketch) {
    FakeRun run = new FakeRun(sketch);
    run.apply(new RunEvent.Started());
    return run;
  }

  /** A run that takes over from another one, with what its nodes have given, and has started. */
  static FakeRun again(Sketch sketch, FakeRun source, String... nodes) {
    FakeRun run = new FakeRun(sketch);
    Set<Integer> again =
        Arrays.stream(nodes).map(run::number).collect(Collectors.toUnmodifiableSet());
    Rerun.Beginning beginning =
        Rerun.of(run.advance, again, source.advance, source.state(), source);
    beginning.reused().forEach((node, earlier) -> run.saved.put(node, source.output(earlier)));
    run.stored = RunStateCodec.encode(beginning.state());
    run.apply(new RunEvent.Started());
    return run;
  }

  RunState state() {
    return RunStateCodec.decode(numbers, stored);
  }

  byte[] stored() {
    return stored.clone();
  }

  Answer apply(RunEvent event) {
    return apply(List.of(event)).getFirst();
  }

  List<Answer> apply(List<? extends RunEvent> events) {
    for (RunEvent event : events) {
      if (event instanceof RunEvent.TaskEnded(int n, int e, int r, TaskOutcome outcome)) {
        Key key = new Key(n, e, r);
        if (open.remove(key) != null) {
          results.put(key, outcome);
          endedIn.put(key, log.size());
        }
      }
    }
    RunState before = state();
    Advance.Step rolledBack = advance.apply(before, events, this);
    Advance.Step step = advance.apply(before, events, this);
    byte[] bytes = RunStateCodec.encode(step.state());
    assertThat(bytes).isEqualTo(RunStateCodec.encode(rolledBack.state()));
    assertThat(RunStateCodec.encode(before)).isEqualTo(stored);
    assertThat(step.commands()).isEqualTo(rolledBack.commands());
    if (step.answers().stream().allMatch(answer -> answer instanceof Answer.Refused)) {
      assertThat(bytes).isEqualTo(stored);
      assertThat(step.commands()).isEmpty();
    }
    stored = bytes;
    assertThat(RunStateCodec.encode(state())).isEqualTo(bytes);
    assertThat(step.moves()).isEqualTo(rolledBack.moves());
    step.commands().forEach(this::carryOut);
    log.add(step.moves());
    return step.answers();
  }

  private void carryOut(Command command) {
    commands.add(command);
    switch (command) {
      case Command.StartTask task -> {
        Key key = new Key(task.node(), task.element(), task.round());
        assertThat(started.add(key)).as("%s starts only once", key).isTrue();
        open.put(key, task);
        startedIn.put(key, log.size());
      }
      case Command.StartTimer timer ->
          assertThat(timers.put(timer.node(), timer)).as("one timer a node").isNull();
      case Command.ClearTimer(int node) -> timers.remove(node);
      case Command.AwaitSignal signal -> {}
      case Command.CancelTasks() -> stopping.addAll(open.keySet());
      case Command.SaveOutput(int node, Object value) -> saved.put(node, value);
      case Command.SaveError(int node, Failure failure) -> errors.put(node, failure);
      case Command.EndRun last -> {
        end = last;
        ends++;
        assertThat(open).as("tasks that run when the run ends").isEmpty();
        assertThat(timers).as("timers when the run ends").isEmpty();
      }
    }
  }

  @Override
  public @Nullable Object input() {
    return input;
  }

  @Override
  public Map<String, @Nullable Object> run() {
    return Map.of("id", "run-1");
  }

  @Override
  public @Nullable Object output(int node) {
    loaded.add(node);
    if (saved.containsKey(node)) {
      return saved.get(node);
    }
    Map<Integer, Key> newest = new TreeMap<>();
    results.keySet().stream()
        .filter(key -> key.node() == node)
        .forEach(key -> newest.merge(key.element(), key, (a, b) -> a.round() > b.round() ? a : b));
    List<@Nullable Object> list = new ArrayList<>();
    newest.values().forEach(key -> list.add(value(key)));
    boolean wide = numbers.node(node).work() instanceof Work.ForEach;
    return wide ? list : list.isEmpty() ? null : list.getFirst();
  }

  @Override
  public @Nullable Object ofRound(int node, int round) {
    return value(new Key(node, 0, round));
  }

  private @Nullable Object value(Key key) {
    return results.get(key) instanceof TaskOutcome.Succeeded(Object output) ? output : null;
  }

  @Override
  public @Nullable Failure error(int node) {
    return errors.get(node);
  }

  int number(String name) {
    return numbers.number(name).orElseThrow();
  }

  NodeState node(String name) {
    return state().node(number(name));
  }

  /** Each node and the first letter of its state, but K for SKIPPED. */
  String nodes() {
    RunState state = state();
    return IntStream.range(0, numbers.size())
        .mapToObj(
            n ->
                numbers.node(n).name()
                    + ":"
                    + (state.node(n) == NodeState.SKIPPED ? "K" : state.node(n).name().charAt(0)))
        .collect(Collectors.joining(" "));
  }

  /** The elements of a node that run, in order. */
  List<Integer> elements(String name) {
    return open.keySet().stream()
        .filter(key -> key.node() == number(name))
        .map(Key::element)
        .toList();
  }

  /** The payload of the node's task that runs. */
  @Nullable Object payload(String name) {
    return open.values().stream()
                .filter(task -> task.node() == number(name))
                .findFirst()
                .orElseThrow()
            instanceof Command.StartJob job
        ? job.payload()
        : null;
  }

  Answer succeed(String name, @Nullable Object output) {
    return ended(name, 0, new TaskOutcome.Succeeded(output));
  }

  void succeedAll(String... names) {
    Arrays.stream(names).forEach(name -> succeed(name, name));
  }

  Answer fail(String name) {
    return ended(name, 0, failed());
  }

  static TaskOutcome failed() {
    return new TaskOutcome.Failed(new Failure("HANDLER", "it broke"));
  }

  Answer ended(String name, int element, TaskOutcome outcome) {
    int node = number(name);
    Key key =
        open.keySet().stream()
            .filter(k -> k.node() == node && k.element() == element)
            .findFirst()
            .orElse(new Key(node, element, 1));
    return apply(new RunEvent.TaskEnded(node, element, key.round(), outcome));
  }

  Answer fire(String name) {
    Command.StartTimer timer = timers.remove(number(name));
    int round = timer == null ? 1 : timer.round();
    return apply(new RunEvent.TimerFired(number(name), round));
  }

  Answer send(String name, @Nullable Object value) {
    return apply(new RunEvent.SignalReceived(number(name), value));
  }

  RunPhase phase() {
    return state().phase();
  }

  /** The kind of the failure that the run ended with. */
  @Nullable String kind() {
    return end == null || end.failure() == null ? null : end.failure().failure().kind();
  }
}
