package io.millrace.workers.listener;

import io.millrace.runtime.PeriodicLoop.Chore;
import io.millrace.runtime.Time;
import io.millrace.store.RunNewsStore;
import io.millrace.store.RunNewsStore.Delivered;
import io.millrace.store.RunNewsStore.News;
import io.millrace.store.WorkflowStore;
import io.millrace.workflow.engine.Plans;
import io.millrace.workflow.run.NodeNumbers;
import io.millrace.workflow.run.NodeState;
import io.millrace.workflow.run.RunMove;
import io.millrace.workflow.run.RunMoves;
import io.millrace.workflow.run.RunPhase;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells this process's listeners what waits for them. For one thread. */
public final class Listening implements Chore {
  /** Most pieces of news in one transaction. */
  private static final int MOST = 100;

  private static final Duration SEEN_EVERY = Duration.ofMinutes(1);

  private final List<RunListener> listeners;
  private final RunNewsStore news;
  private final WorkflowStore workflows;
  private final Plans plans;
  private final Time time;
  private boolean seen;
  private long seenNanos;

  /**
   * Makes it.
   *
   * @throws IllegalArgumentException when a name is none, or two have the same
   */
  public Listening(
      List<RunListener> listeners,
      RunNewsStore news,
      WorkflowStore workflows,
      Plans plans,
      Time time) {
    this.listeners = List.copyOf(listeners);
    this.news = news;
    this.workflows = workflows;
    this.plans = plans;
    this.time = time;
    Set<String> names = new HashSet<>();
    for (RunListener listener : listeners) {
      if (!listener.name().matches(RunListener.NAME)) {
        throw new IllegalArgumentException(
            "the name of a run listener must match %s: %s"
                .formatted(RunListener.NAME, listener.name()));
      }
      if (!names.add(listener.name())) {
        throw new IllegalArgumentException("two run listeners are named " + listener.name());
      }
    }
  }

  @Override
  public boolean run() throws SQLException {
    if (!seen || time.nanos() - seenNanos > SEEN_EVERY.toNanos()) {
      news.register(listeners.stream().map(RunListener::name).toList());
      seen = true;
      seenNanos = time.nanos();
    }
    boolean more = false;
    for (RunListener listener : listeners) {
      Delivered delivered =
          news.deliver(
              listener.name(), MOST, (told, effects) -> tell(listener, told, effects::update));
      more |= delivered.more() && delivered.told() > 0;
    }
    return more;
  }

  private void tell(RunListener listener, News told, Transaction transaction) throws Exception {
    if (told.tenant().isEmpty()) {
      return; // Retention has taken the run: there is nobody left to whom it matters.
    }
    NodeNumbers numbers = numbers(told);
    int event = told.line().n();
    for (RunMove move : RunMoves.read(told.line().moves())) {
      Hooks.call(listener, move, notice(told, event, move, numbers), transaction);
      event++;
    }
  }

  private @Nullable NodeNumbers numbers(News told) throws SQLException {
    return plans
        .of(
            told.workflow(),
            told.version(),
            () -> workflows.definition(told.tenant(), told.workflow(), told.version()))
        .map(advance -> advance.numbers())
        .orElse(null);
  }

  private static RunNotice notice(
      News told, int event, RunMove move, @Nullable NodeNumbers numbers) {
    String node = null;
    String state = "";
    switch (move) {
      case RunMove.Moved(int number, NodeState entered) -> {
        node = numbers == null ? Integer.toString(number) : numbers.node(number).name();
        state = entered.name();
      }
      case RunMove.Entered(RunPhase phase) -> state = phase.name();
      case RunMove.Paused() -> state = "PAUSED";
      case RunMove.Resumed() -> state = "RESUMED";
    }
    return new RunNotice(
        told.run(),
        told.tenant(),
        told.workflow(),
        event,
        Instant.ofEpochMilli(told.line().at()),
        node,
        state);
  }
}
