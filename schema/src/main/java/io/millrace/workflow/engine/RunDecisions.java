package io.millrace.workflow.engine;

import io.millrace.model.JobState;
import io.millrace.store.RunAdvanceStore.Decision;
import io.millrace.store.RunAdvanceStore.Happened;
import io.millrace.store.RunAdvanceStore.LockedRun;
import io.millrace.store.RunChange;
import io.millrace.store.RunReads;
import io.millrace.workflow.run.Advance;
import io.millrace.workflow.run.Answer;
import io.millrace.workflow.run.Failure;
import io.millrace.workflow.run.NodeNumbers;
import io.millrace.workflow.run.RunEvent;
import io.millrace.workflow.run.RunPhase;
import io.millrace.workflow.run.RunState;
import io.millrace.workflow.run.RunStateCodec;
import io.millrace.workflow.run.TaskOutcome;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What follows for a run that is locked: the plan's answer to what has happened. Thread-safe. */
public final class RunDecisions implements Decision {
  private static final Logger log = LoggerFactory.getLogger(RunDecisions.class);

  private final Plans plans;
  private final TaskMaker tasks;

  public RunDecisions(Plans plans, TaskMaker tasks) {
    this.plans = plans;
    this.tasks = tasks;
  }

  /** What somebody asks of one run, and where the answer goes. */
  public interface Asked {
    /** The event by which the plan's nodes are numbered; empty when there is none such. */
    Optional<RunEvent> event(NodeNumbers numbers);

    /** Takes the answer. */
    void answer(Answer answer);
  }

  @Override
  public @Nullable RunChange decide(LockedRun run, List<Happened> happened, RunReads reads)
      throws SQLException {
    return decideOrFail(run, happened, reads, null);
  }

  /** The same with something that a caller asks of it, after what has happened. */
  public Decision asking(Asked asked) {
    return (run, happened, reads) -> decideOrFail(run, happened, reads, asked);
  }

  /** A defect fails its own run, and neither holds up the others nor leaves it where it is. */
  private @Nullable RunChange decideOrFail(
      LockedRun run, List<Happened> happened, RunReads reads, @Nullable Asked asked)
      throws SQLException {
    try {
      return decide(run, happened, reads, asked);
    } catch (RuntimeException e) {
      log.error("a run cannot be advanced and fails run={}", run.id(), e);
      return lost(run, e.toString(), asked);
    }
  }

  /** Fails a run whatever has happened to it. */
  Decision failing(String why) {
    return (run, happened, reads) -> lost(run, why, null);
  }

  private static @Nullable RunChange lost(LockedRun run, String why, @Nullable Asked asked) {
    if (asked != null) {
      asked.answer(new Answer.Refused("the run cannot go on: " + why));
    }
    return RunPhase.valueOf(run.state()).isFinal() ? null : failed(run, why);
  }

  private @Nullable RunChange decide(
      LockedRun run, List<Happened> happened, RunReads reads, @Nullable Asked asked)
      throws SQLException {
    Optional<Advance> plan = plans.of(run.workflow(), run.version(), reads::definition);
    if (plan.isEmpty()) {
      return lost(run, "the definition of version " + run.version() + " is gone", asked);
    }
    Advance advance = plan.get();
    RunState before =
        run.progress() == null
            ? advance.fresh()
            : RunStateCodec.decode(advance.numbers(), run.progress());
    List<RunEvent> events = new ArrayList<>();
    happened.forEach(one -> events.add(event(one)));
    Optional<RunEvent> wanted = asked == null ? Optional.empty() : asked.event(advance.numbers());
    wanted.ifPresent(events::add);
    if (events.isEmpty()) {
      return null;
    }
    try {
      RunOutputs outputs = new RunOutputs(run, advance.numbers(), reads);
      Advance.Step step = advance.apply(before, events, outputs);
      if (asked != null && wanted.isPresent()) {
        asked.answer(step.answers().getLast());
      }
      boolean changed = step.answers().stream().anyMatch(Answer.Applied.class::isInstance);
      return changed ? new Changes(run, advance, outputs, tasks, reads).of(step) : null;
    } catch (RunOutputs.ReadFailedException e) {
      throw e.reason();
    }
  }

  private static RunEvent event(Happened happened) {
    return switch (happened) {
      case Happened.Started() -> new RunEvent.Started();
      case Happened.CancelRequested(String reason) -> new RunEvent.CancelRequested(reason);
      case Happened.TimerFired(int node, int round) ->
          node == NodeNumbers.RUN ? new RunEvent.TimedOut() : new RunEvent.TimerFired(node, round);
      case Happened.TaskEnded ended ->
          new RunEvent.TaskEnded(ended.node(), ended.element(), ended.round(), outcome(ended));
    };
  }

  private static TaskOutcome outcome(Happened.TaskEnded ended) {
    if (ended.state() == JobState.SUCCEEDED) {
      return new TaskOutcome.Succeeded(JsonText.read(ended.result()));
    }
    if (ended.state() == JobState.FAILED) {
      return new TaskOutcome.Failed(
          new Failure(String.valueOf(ended.errorKind()), String.valueOf(ended.message())));
    }
    return new TaskOutcome.Cancelled();
  }

  private static RunChange failed(LockedRun run, String why) {
    byte[] progress = run.progress();
    return new RunChange(
        run.id(),
        RunPhase.FAILED.name(),
        false,
        progress == null ? new byte[0] : progress,
        new RunChange.End(null, "BUG", new Failure("BUG", why).message(), null, run.parent()),
        List.of(),
        List.of(),
        List.of(),
        List.of(NodeNumbers.RUN),
        List.of(),
        true,
        new RunChange.Log(RunPhase.FAILED.name(), 1));
  }
}
