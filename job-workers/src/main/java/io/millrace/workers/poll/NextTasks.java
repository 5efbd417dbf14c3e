package io.millrace.workers.poll;

import io.millrace.model.ClaimedJob;
import io.millrace.model.NewJob;
import io.millrace.model.Priority;
import io.millrace.store.Successors;
import io.millrace.workers.run.Slots;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Takes the next tasks of runs that this worker's completions have advanced, as far as slots are
 * free and nobody waits for one: jobs that wait in a queue go first. In one transaction those of
 * one pool and priority, of types whose jobs need no core. Thread-safe.
 */
public final class NextTasks implements Successors {
  private final Map<String, Slots> pools;
  private final Predicate<String> types;
  private final LongSupplier session;
  private volatile @Nullable Claimer claimer;

  /**
   * Makes one that takes nothing yet.
   *
   * @param pools the worker's slots by pool
   * @param types of which jobs it can take any number
   * @param session the worker's current session, 0 for none
   */
  public NextTasks(Map<String, Slots> pools, Predicate<String> types, LongSupplier session) {
    this.pools = Map.copyOf(pools);
    this.types = types;
    this.session = session;
  }

  /** Takes from now on, and starts what it took by this. */
  public void begin(Claimer starter) {
    claimer = starter;
  }

  @Override
  public @Nullable Taking take(List<NewJob> jobs) {
    Claimer starter = claimer;
    long current = session.getAsLong();
    if (starter == null || current == 0) {
      return null;
    }
    List<NewJob> able = jobs.stream().filter(this::isOurs).toList();
    Slots slots = able.isEmpty() ? null : pools.get(able.getFirst().pool());
    if (slots == null) {
      return null;
    }
    NewJob first = able.getFirst();
    List<NewJob> alike =
        able.stream()
            .filter(job -> job.pool().equals(first.pool()) && job.priority() == first.priority())
            .toList();
    int room = slots.takeFree(first.priority(), alike.size());
    if (room == 0) {
      return null;
    }
    Set<UUID> wanted =
        alike.subList(0, room).stream().map(NewJob::id).collect(Collectors.toUnmodifiableSet());
    return new Held(starter, current, starter.nextBatch(), wanted, slots, first.priority());
  }

  private boolean isOurs(NewJob job) {
    return pools.containsKey(job.pool()) && types.test(job.type());
  }

  /** A slot is held for each of the jobs. */
  private record Held(
      Claimer starter, long session, long batch, Set<UUID> jobs, Slots slots, Priority priority)
      implements Taking {
    @Override
    public void committed(List<ClaimedJob> running) {
      slots.giveBack(priority, jobs.size() - running.size());
      starter.startTaken(running, session, batch, slots);
    }

    @Override
    public void undone() {
      slots.giveBack(priority, jobs.size());
    }

    @Override
    public void inDoubt() {
      slots.giveBack(priority, jobs.size());
      starter.doubt(session, batch, slots);
    }
  }
}
