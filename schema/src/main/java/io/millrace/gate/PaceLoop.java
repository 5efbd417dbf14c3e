package io.millrace.gate;

import io.millrace.announce.AnnounceLoop;
import io.millrace.model.Announcement;
import io.millrace.model.JobPointer;
import io.millrace.model.Priority;
import io.millrace.runtime.Loop;
import io.millrace.runtime.Time;
import io.millrace.store.BacklogStore;
import io.millrace.store.BacklogStore.Held;
import io.millrace.store.BacklogStore.Queue;
import io.millrace.store.BacklogStore.Share;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the announced part of each queue short, so that no tenant's flood stands before another's
 * job. Every process learns from it which queues are full: what becomes READY there is held back in
 * the backlog. The process that leads the upkeep releases the backlog as the queues drain, in equal
 * shares to the tenants. Jobs held back for longer than the aging interval are announced one
 * priority higher for each such interval.
 */
public final class PaceLoop extends Loop {
  private static final Duration IDLE = Duration.ofMillis(200);
  private static final Duration BUSY = Duration.ofMillis(20);

  /** Readings of a long backlog are rarer, so that they take a tenth of the time and no more. */
  private static final int REST = 9;

  private record Key(String pool, Priority priority) {}

  private final BacklogStore store;
  private final AnnounceLoop announcer;
  private final Duration aging;
  private final Time time;
  private final Map<Key, Pressure> pressures = new ConcurrentHashMap<>();
  private final Map<Key, String> lastTenants = new HashMap<>();
  private final LongAdder released = new LongAdder();
  private volatile BooleanSupplier leads = () -> false;

  /**
   * Makes a loop.
   *
   * @param aging after how long in the backlog a job moves one priority up; zero for never
   */
  public PaceLoop(BacklogStore store, AnnounceLoop announcer, Duration aging, Time time) {
    super("pace");
    this.store = store;
    this.announcer = announcer;
    this.aging = aging;
    this.time = time;
  }

  /** Says when this process is the one that releases the backlog; until then it never does. */
  public void leadWhen(BooleanSupplier leading) {
    leads = leading;
  }

  /** Whether any queue has a backlog or enough announced. */
  public boolean anyFull() {
    return pressures.values().stream().anyMatch(Pressure::isFull);
  }

  /** Counts jobs as announced that nobody asked about before. */
  public void count(@Nullable Announcement announced) {
    if (announced != null) {
      announced.jobs().forEach(job -> holdsBack(job.pool(), job.priority()));
    }
  }

  /**
   * Whether a job that is READY now is to be held back: its queue has a backlog, or enough
   * announced. Counts the job as announced if not.
   */
  public boolean holdsBack(String pool, Priority priority) {
    Pressure pressure = pressures.get(new Key(pool, priority));
    return pressure != null && pressure.holdsBack();
  }

  /** Jobs this process has released from the backlog. */
  public long released() {
    return released.sum();
  }

  @Override
  protected Duration tick() throws SQLException {
    boolean held = false;
    long now = time.nanos();
    for (Queue queue : store.queues()) {
      Key key = new Key(queue.pool(), queue.priority());
      Pressure pressure = pressures.computeIfAbsent(key, k -> new Pressure());
      pressure.read(queue, now);
      held |= queue.held() > 0;
      if (queue.held() > 0 && pressure.room() > 0 && leads.getAsBoolean()) {
        release(key, pressure.room());
      }
    }
    return held ? rest(time.nanos() - now) : IDLE;
  }

  /** The pause after a reading that took so long; the announced part lasts for {@link #IDLE}. */
  static Duration rest(long nanos) {
    return Duration.ofNanos(Math.clamp(REST * nanos, BUSY.toNanos(), IDLE.toNanos()));
  }

  private void release(Key key, long room) throws SQLException {
    List<Held> rows = store.held(key.pool(), key.priority(), lastTenants.getOrDefault(key, ""));
    if (rows.isEmpty()) {
      // The last tenant of the alphabet has had its turn: begin with the first again.
      lastTenants.remove(key);
      rows = store.held(key.pool(), key.priority(), "");
    }
    if (rows.isEmpty()) {
      return;
    }
    Turns.Round round = Turns.deal(rows, room);
    lastTenants.put(key, round.lastTenant());
    Map<Integer, List<Share>> byAge = new HashMap<>();
    for (Share share : round.shares()) {
      byAge.computeIfAbsent(steps(rows, share.id()), s -> new java.util.ArrayList<>()).add(share);
    }
    for (var shares : byAge.entrySet()) {
      Announcement taken = store.take(shares.getValue(), AnnounceLoop.GRACE);
      if (taken != null) {
        announcer.offer(raised(taken, shares.getKey()));
        released.add(taken.jobs().size());
      }
    }
  }

  /** Full aging intervals a row has been held back for. */
  private int steps(List<Held> rows, long id) {
    if (aging.isZero()) {
      return 0;
    }
    long age =
        rows.stream()
            .filter(row -> row.id() == id)
            .mapToLong(Held::ageMillis)
            .findFirst()
            .orElse(0);
    return (int) Math.min(Priority.values().length - 1, age / aging.toMillis());
  }

  private static Announcement raised(Announcement taken, int steps) {
    return steps == 0
        ? taken
        : new Announcement(
            taken.outboxId(),
            taken.jobs().stream()
                .map(
                    job ->
                        new JobPointer(
                            job.id(),
                            job.tenant(),
                            job.pool(),
                            Priority.ofCode(Math.max(0, job.priority().code() - steps))))
                .toList(),
            taken.events());
  }
}
