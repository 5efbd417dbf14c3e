package io.millrace.workflow.engine;

import io.millrace.model.JobState;
import io.millrace.store.RunAdvanceStore.Decision;
import io.millrace.store.RunAdvanceStore.Happened;
import io.millrace.store.RunAdvanceStore.LockedRun;
import io.millrace.store.RunChange;
import io.millrace.store.RunReads;
import io.millrace.workflow.plan.ExpressionException;
import io.millrace.workflow.plan.Plan;
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

  /** The plans it decides by. */
  public Plans plans() {
    return plans;
  }

  /** What somebody asks of one run, and where the answer goes. */
  public interface Asked {
    /** The event by which the plan's nodes are numbered; empty when there is none such. */
    Optional<RunEvent> event(NodeNumbers numbers);

    /** The reason when it is to be cancelled: that needs no plan. Empty for everything else. */
    default Optional<String> cancels() {
      return Optional.empty();
    }

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
      return lost(run, e.toString(), happened, asked);
    }
  }

  /** Fails a run whatever has happened to it. */
  Decision failing(String why) {
    return (run, happened, reads) -> lost(run, why, List.of(), null);
  }

  /**
   * What becomes of a run without a plan: it is cancelled if somebody wants that, else it fails.
   */
  private static @Nullable RunChange lost(
      LockedRun run, String why, List<Happened> happened, @Nullable Asked asked) {
    RunPhase phase = RunPhase.valueOf(run.state());
    Optional<String> reason = asked == null ? Optional.empty() : asked.cancels();
    if (asked != null) {
      asked.answer(
          phase.isFinal()
              ? new Answer.Refused("the run has ended: it is " + phase)
              : reason.isPresent()
                  ? new Answer.Applied()
                  : new Answer.Refused("the run cannot go on: " + why));
    }
    if (phase.isFinal()) {
      return null;
    }
    return reason
        .or(() -> cancelling(happened))
        .map(text -> ended(run, RunPhase.CANCELLED, null, text))
        .orElseGet(() -> failed(run, "BUG", why));
  }

  private static Optional<String> cancelling(List<Happened> happened) {
    return happened.stream()
        .filter(Happened.CancelRequested.class::isInstance)
        .map(one -> ((Happened.CancelRequested) one).reason())
        .findFirst();
  }

  private @Nullable RunChange decide(
      LockedRun run, List<Happened> happened, RunReads reads, @Nullable Asked asked)
      throws SQLException {
    Optional<Advance> plan = plans.of(run.workflow(), run.version(), reads::definition);
    if (plan.isEmpty()) {
      String why = "the definition of version " + run.version() + " is gone";
      return lost(run, why, happened, asked);
    }
    Advance advance = plan.get();
    RunState before =
        run.progress() == null
            ? advance.fresh()
            : RunStateCodec.decode(advance.numbers(), run.progress());
    Plan.Concurrency concurrency = advance.plan().concurrency();
    List<RunEvent> events = new ArrayList<>();
    boolean mustWait = false;
    for (Happened one : happened) {
      if (concurrency != null && one instanceof Happened.Started) {
        mustWait = before.phase() == RunPhase.NEW;
      } else {
        events.add(event(one));
      }
    }
    Optional<RunEvent> wanted = asked == null ? Optional.empty() : asked.event(advance.numbers());
    wanted.ifPresent(events::add);
    if (events.isEmpty() && !mustWait) {
      return null;
    }
    try {
      RunOutputs outputs = new RunOutputs(run, advance.numbers(), reads);
      Advance.Step step = advance.apply(before, events, outputs);
      if (asked != null && wanted.isPresent()) {
        asked.answer(step.answers().getLast());
      }
      boolean changed = step.answers().stream().anyMatch(Answer.Applied.class::isInstance);
      if (!changed && !mustWait) {
        return null;
      }
      RunChange change = new Changes(run, advance, outputs, tasks, reads).of(step);
      return concurrency != null && step.state().phase() == RunPhase.NEW
          ? waiting(run, change, concurrency, outputs)
          : change;
    } catch (RunOutputs.ReadFailedException e) {
      throw e.reason();
    }
  }

  /** A run keeps the key that was worked out first. */
  private static RunChange waiting(
      LockedRun run, RunChange change, Plan.Concurrency concurrency, RunOutputs outputs) {
    try {
      String known = run.concurrencyKey();
      String key =
          known == null ? ConcurrencyKey.of(concurrency, outputs.input(), outputs.run()) : known;
      return change.waitingFor(new RunChange.Turn(key, concurrency.limit()));
    } catch (ExpressionException e) {
      return failed(run, Failure.EXPRESSION, String.valueOf(e.getMessage()));
    }
  }

  private static RunEvent event(Happened happened) {
    return switch (happened) {
      case Happened.Started() -> new RunEvent.Started();
      case Happened.TurnCame() -> new RunEvent.Started();
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

  private static RunChange failed(LockedRun run, String kind, String why) {
    return ended(run, RunPhase.FAILED, kind, new Failure(kind, why).message());
  }

  /** Ends a run whatever its nodes do; what still runs of it is cancelled. */
  private static RunChange ended(
      LockedRun run, RunPhase phase, @Nullable String kind, String message) {
    byte[] progress = run.progress();
    return new RunChange(
        run.id(),
        phase.name(),
        false,
        progress == null ? new byte[0] : progress,
        new RunChange.End(null, kind, message, null, run.parent()),
        List.of(),
        List.of(),
        List.of(),
        List.of(NodeNumbers.RUN),
        List.of(),
        true,
        null);
  }
}
