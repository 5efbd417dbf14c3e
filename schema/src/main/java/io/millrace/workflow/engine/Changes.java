package io.millrace.workflow.engine;

import io.millrace.model.NewJob;
import io.millrace.model.NewRun;
import io.millrace.store.ArtifactStore;
import io.millrace.store.RunAdvanceStore.LockedRun;
import io.millrace.store.RunChange;
import io.millrace.store.RunReads;
import io.millrace.workflow.run.Advance;
import io.millrace.workflow.run.Command;
import io.millrace.workflow.run.Failure;
import io.millrace.workflow.run.NodeNumbers;
import io.millrace.workflow.run.RunEvent;
import io.millrace.workflow.run.RunFailure;
import io.millrace.workflow.run.RunPhase;
import io.millrace.workflow.run.RunState;
import io.millrace.workflow.run.RunStateCodec;
import io.millrace.workflow.run.TaskOutcome;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns one run's commands into what is to be written. For one advance. */
final class Changes {
  private final LockedRun run;
  private final Advance advance;
  private final RunOutputs outputs;
  private final TaskMaker tasks;
  private final RunReads reads;

  private final List<NewJob> jobs = new ArrayList<>();
  private final List<ArtifactStore.Large> large = new ArrayList<>();
  private final List<NewRun> runs = new ArrayList<>();

  // Of each node the last command counts: a row is written once.
  private final Map<Integer, RunChange.@Nullable Timer> timers = new LinkedHashMap<>();
  private final Map<Integer, RunChange.Value> kept = new LinkedHashMap<>();
  private final Map<Integer, RunChange.Value> errors = new LinkedHashMap<>();
  private final List<RunEvent> refused = new ArrayList<>();
  private boolean halted;
  private RunChange.@Nullable End end;

  Changes(LockedRun run, Advance advance, RunOutputs outputs, TaskMaker tasks, RunReads reads) {
    this.run = run;
    this.advance = advance;
    this.outputs = outputs;
    this.tasks = tasks;
    this.reads = reads;
  }

  /**
   * All that follows from a step. A task that cannot be made fails at once, which may start others:
   * so it goes on until none is refused.
   */
  RunChange of(Advance.Step first) throws SQLException {
    Advance.Step step = first;
    take(step);
    while (!refused.isEmpty()) {
      List<RunEvent> events = List.copyOf(refused);
      refused.clear();
      step = advance.apply(step.state(), events, outputs);
      take(step);
    }
    RunState state = step.state();
    List<RunChange.Value> values = new ArrayList<>(kept.values());
    values.addAll(errors.values());
    List<RunChange.Timer> set = new ArrayList<>();
    List<Integer> cleared = new ArrayList<>();
    timers.forEach(
        (node, timer) -> {
          if (timer == null) {
            cleared.add(node);
          } else {
            set.add(timer);
          }
        });
    return new RunChange(
        run.id(),
        state.phase().name(),
        state.paused(),
        RunStateCodec.encode(state),
        end,
        jobs,
        large,
        runs,
        set,
        cleared,
        values,
        halted,
        null);
  }

  private void take(Advance.Step step) throws SQLException {
    for (Command command : step.commands()) {
      take(command);
    }
  }

  private void take(Command command) throws SQLException {
    switch (command) {
      case Command.StartJob start -> made(start, tasks.job(run, start, reads));
      case Command.StartRun start -> made(start, tasks.run(run, start, reads));
      case Command.StartTimer(int node, int round, Command.Due due) ->
          timers.put(node, timer(node, round, due));
      case Command.ClearTimer(int node) -> timers.put(node, null);
      case Command.AwaitSignal waits -> {
        // The state says so already; nothing has to be kept for it.
      }
      case Command.CancelTasks() -> halted = true;
      case Command.SaveOutput(int node, Object value) ->
          kept.put(node, new RunChange.Value(node, RunChange.Kind.OUTPUT, JsonText.write(value)));
      case Command.SaveError(int node, Failure failure) ->
          errors.put(
              node,
              new RunChange.Value(
                  node,
                  RunChange.Kind.ERROR,
                  JsonText.write(Map.of("kind", failure.kind(), "message", failure.message()))));
      case Command.EndRun ended -> end = end(ended);
    }
  }

  private void made(Command.StartTask start, TaskMaker.Made made) {
    switch (made) {
      case TaskMaker.Made.Job(NewJob job, List<ArtifactStore.Large> fields) -> {
        jobs.add(job);
        large.addAll(fields);
      }
      case TaskMaker.Made.Run(NewRun child) -> runs.add(child);
      case TaskMaker.Made.Refused(Failure failure) ->
          refused.add(
              new RunEvent.TaskEnded(
                  start.node(), start.element(), start.round(), new TaskOutcome.Failed(failure)));
    }
  }

  private static RunChange.Timer timer(int node, int round, Command.Due due) {
    return switch (due) {
      case Command.Due.After(Duration delay) -> new RunChange.Timer(node, round, null, delay);
      case Command.Due.At(Instant at) -> new RunChange.Timer(node, round, at, Duration.ZERO);
    };
  }

  private RunChange.End end(Command.EndRun ended) {
    RunFailure failure = ended.failure();
    String output = ended.phase() == RunPhase.SUCCEEDED ? JsonText.write(ended.output()) : null;
    if (failure == null) {
      return new RunChange.End(output, null, ended.reason(), null, run.parent());
    }
    String node =
        failure.node() == NodeNumbers.RUN ? null : advance.numbers().node(failure.node()).name();
    return new RunChange.End(
        output, failure.failure().kind(), failure.failure().message(), node, run.parent());
  }
}
