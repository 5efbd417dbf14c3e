package io.millrace.ops.workflow;

import io.millrace.workflow.plan.Plan;
import io.millrace.workflow.plan.Work;
import io.millrace.workflow.run.Advance;
import io.millrace.workflow.run.Answer;
import io.millrace.workflow.run.Command;
import io.millrace.workflow.run.NodeNumbers;
import io.millrace.workflow.run.NodeState;
import io.millrace.workflow.run.RunEvent;
import io.millrace.workflow.run.RunState;
import io.millrace.workflow.run.TaskOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One run of a plan by the real engine, with mocks for tasks and a clock that jumps. */
final class VirtualRun {
  /** Most events of a run: far beyond any test, and a matter of seconds. */
  static final int MAX_EVENTS = 1_000_000;

  private final TestCase test;
  private final int mostEvents;
  private final Advance advance;
  private final NodeNumbers numbers;
  private final Agenda agenda;
  private final MemoryOutputs outputs;
  private final Set<Agenda.Task> open = new LinkedHashSet<>();
  private final Map<Integer, Command.StartTimer> timers = new HashMap<>();
  private final Map<String, List<JsonNode>> calls = new LinkedHashMap<>();
  private RunState state;
  private Command.@Nullable EndRun end;
  private @Nullable String problem;

  private VirtualRun(Plan plan, TestCase test, int mostEvents) {
    this.test = test;
    this.mostEvents = mostEvents;
    advance = new Advance(plan);
    numbers = advance.numbers();
    agenda = new Agenda(test.startAt());
    outputs = new MemoryOutputs(plan, numbers, JsonTree.value(test.input()), test.startAt());
    state = advance.fresh();
  }

  /** Runs a case to its end, or until nothing more can happen. */
  static RunReport of(Plan plan, TestCase test) {
    return of(plan, test, MAX_EVENTS);
  }

  static RunReport of(Plan plan, TestCase test, int mostEvents) {
    VirtualRun run = new VirtualRun(plan, test, mostEvents);
    run.run();
    return run.report();
  }

  private void run() {
    test.actions().forEach(action -> agenda.after(action.at(), new Agenda.Item.Does(action)));
    apply(new RunEvent.Started());
    int events = 0;
    Agenda.Entry entry = agenda.next();
    while (problem == null && entry != null && !state.phase().isFinal()) {
      if (isAlive(entry.item())) {
        agenda.advanceTo(entry.at());
        happen(entry.item());
        events++;
      }
      if (events == mostEvents && !state.phase().isFinal()) {
        problem = "has not ended after " + mostEvents + " events; no case may have more";
      }
      entry = agenda.next();
    }
    if (problem == null && !state.phase().isFinal()) {
      problem = waiting();
    }
    for (; problem == null && entry != null; entry = agenda.next()) {
      if (entry.item() instanceof Agenda.Item.Does(TestCase.Action action)) {
        problem = action.words() + " came too late: the run had ended, " + state.phase();
      }
    }
  }

  private boolean isAlive(Agenda.Item item) {
    return switch (item) {
      case Agenda.Item.Ends(Agenda.Task task, var outcome) -> open.contains(task);
      case Agenda.Item.Fires(Command.StartTimer timer) -> timers.get(timer.node()) == timer;
      case Agenda.Item.Sends(int node, var value) -> state.node(node) == NodeState.ACTIVE;
      case Agenda.Item.Does does -> true;
    };
  }

  private void happen(Agenda.Item item) {
    switch (item) {
      case Agenda.Item.Ends(Agenda.Task task, TaskOutcome outcome) -> {
        open.remove(task);
        outputs.ended(task, outcome);
        apply(new RunEvent.TaskEnded(task.node(), task.element(), task.round(), outcome));
      }
      case Agenda.Item.Fires(Command.StartTimer timer) -> {
        timers.remove(timer.node());
        apply(
            timer.node() == NodeNumbers.RUN
                ? new RunEvent.TimedOut()
                : new RunEvent.TimerFired(timer.node(), timer.round()));
      }
      case Agenda.Item.Sends(int node, Object value) -> {
        String refused = apply(new RunEvent.SignalReceived(node, value));
        if (refused != null) {
          problem = "the signal to " + name(node) + " was refused: " + refused;
        }
      }
      case Agenda.Item.Does(TestCase.Action action) -> {
        String refused = apply(action.event());
        if (refused != null) {
          problem = action.words() + " was refused: " + refused;
        }
      }
    }
  }

  /** Applies an event; the answer is why it was refused, or null. */
  private @Nullable String apply(RunEvent event) {
    Advance.Step step = advance.apply(state, List.of(event), outputs);
    state = step.state();
    step.commands().forEach(this::carryOut);
    return step.answers().getFirst() instanceof Answer.Refused(String why) ? why : null;
  }

  private void carryOut(Command command) {
    switch (command) {
      case Command.StartTask task -> start(task);
      case Command.StartTimer timer -> {
        timers.put(timer.node(), timer);
        Agenda.Item fires = new Agenda.Item.Fires(timer);
        switch (timer.due()) {
          case Command.Due.After(Duration delay) -> agenda.after(delay, fires);
          case Command.Due.At(var instant) -> agenda.at(instant, fires);
        }
      }
      case Command.ClearTimer(int node) -> timers.remove(node);
      case Command.AwaitSignal(int node, var options) -> {
        TestCase.Signal signal = test.signals().get(name(node));
        if (signal != null) {
          agenda.after(signal.after(), new Agenda.Item.Sends(node, signal.value()));
        }
      }
      case Command.CancelTasks() ->
          open.forEach(task -> ends(task, new TaskOutcome.Cancelled(), Duration.ZERO));
      case Command.SaveOutput(int node, Object value) -> outputs.save(node, value);
      case Command.SaveError(int node, var failure) -> outputs.saveError(node, failure);
      case Command.EndRun last -> end = last;
    }
  }

  private void start(Command.StartTask start) {
    String name = name(start.node());
    JsonNode payload =
        JsonTree.tree(
            switch (start) {
              case Command.StartJob job -> job.payload();
              case Command.StartRun run -> run.input();
            });
    calls.computeIfAbsent(name, node -> new ArrayList<>()).add(payload);
    Agenda.Task task = new Agenda.Task(start.node(), start.element(), start.round());
    open.add(task);
    Mock mock = test.mocks().get(name);
    Mock.Ending ending = mock == null ? null : mock.ending(task.element(), task.round());
    if (ending != null) {
      ends(task, ending.outcome(), ending.after());
    } else if (problem == null) {
      problem = unmocked(task, mock, payload);
    }
  }

  private void ends(Agenda.Task task, TaskOutcome outcome, Duration after) {
    agenda.after(after, new Agenda.Item.Ends(task, outcome));
  }

  private String unmocked(Agenda.Task task, @Nullable Mock mock, JsonNode payload) {
    String given = "; it was given " + JsonTree.shown(payload);
    return "node "
        + name(task.node())
        + switch (mock) {
          case Mock.Each(var elements) ->
              " ran task %d, and its each has %d".formatted(task.element(), elements.size());
          case Mock.Rounds(var rounds) ->
              " ran round %d, and its rounds are %d".formatted(task.round(), rounds.size());
          case Mock.Always always -> throw new IllegalStateException("it mocks every task");
          case null -> " ran and has no mock";
        }
        + given;
  }

  private String waiting() {
    List<String> nodes =
        IntStream.range(0, numbers.size())
            .filter(node -> state.node(node) == NodeState.ACTIVE)
            .filter(node -> numbers.node(node).work() instanceof Work.Signal)
            .mapToObj(this::name)
            .toList();
    if (!nodes.isEmpty()) {
      return "waits for signal at " + String.join(", ", nodes) + ", nothing more happens";
    }
    return state.paused()
        ? "is paused and nobody resumes it, nothing more happens"
        : "is " + state.phase() + ", nothing more happens";
  }

  private String name(int node) {
    return numbers.node(node).name();
  }

  private RunReport report() {
    Map<String, NodeState> nodes = new LinkedHashMap<>();
    for (int node = 0; node < numbers.size(); node++) {
      nodes.put(name(node), state.node(node));
    }
    var failure = end == null ? null : end.failure();
    return new RunReport(
        state.phase(),
        JsonTree.tree(end == null ? null : end.output()),
        failure == null ? null : failure.failure(),
        failure == null || failure.node() == NodeNumbers.RUN ? null : name(failure.node()),
        Duration.between(test.startAt(), agenda.now()),
        nodes,
        calls,
        problem);
  }
}
