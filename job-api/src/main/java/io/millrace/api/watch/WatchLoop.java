package io.millrace.api.watch;

import io.millrace.runtime.Loop;
import io.millrace.runtime.Time;
import io.millrace.store.EventStore.Head;
import io.millrace.store.EventStore.Page;
import io.millrace.store.EventStore.Position;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Watches jobs for all who wait for news of them. Asks PostgreSQL for all watched jobs every 300
 * ms, in chunks, and at once for those it gets a hint of; reads the events of those that have moved
 * on and hands them out. Watchers come and go on any thread.
 */
public final class WatchLoop extends Loop {
  private static final Duration POLL = Duration.ofMillis(300);
  private static final Duration PULSE = Duration.ofSeconds(1);

  /** Most jobs of one question for heads, and of one reading of events. */
  private static final int HEADS = 1_000;

  private static final int PAGES = 50;

  /** Most events read of one job at a time. */
  private static final int EVENTS = 100;

  private final JobLog log;
  private final Time time;
  private final int capacity;
  private final Map<UUID, Watched> jobs = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<Watched> due = new ConcurrentLinkedQueue<>();
  private final AtomicInteger watchers = new AtomicInteger();
  private volatile boolean ended;
  private volatile Runnable onFirst = () -> {};
  private boolean missed;
  private long polledAt;
  private long pulsedAt;

  /**
   * Makes a loop.
   *
   * @param capacity most watchers at once, at least 0
   */
  public WatchLoop(JobLog log, int capacity, Time time) {
    this("watch", log, capacity, time);
  }

  /** One of another name, for what else has logs. */
  public WatchLoop(String name, JobLog log, int capacity, Time time) {
    super(name);
    this.log = log;
    this.capacity = capacity;
    this.time = time;
    this.polledAt = time.nanos();
    this.pulsedAt = time.nanos();
  }

  /**
   * Has a watcher told of a job from now on, at first of how far its log goes, until {@link
   * #unwatch}. The caller has made sure that the tenant has the job.
   *
   * @return false when there is no room for another one, or the loop has ended
   */
  public boolean watch(String tenant, UUID id, Watcher watcher) {
    if (ended) {
      return false;
    }
    int count = watchers.incrementAndGet();
    if (count > capacity) {
      watchers.decrementAndGet();
      return false;
    }
    if (count == 1) {
      onFirst.run();
    }
    Watched job =
        jobs.compute(
            id,
            (_, there) -> {
              Watched entry = there == null ? new Watched(tenant, id) : there;
              if (entry.tenant().equals(tenant)) {
                entry.watchers().add(watcher);
              }
              return entry;
            });
    if (!job.tenant().equals(tenant)) {
      watchers.decrementAndGet();
      return false;
    }
    enqueue(job);
    if (ended) {
      // It may have come too late for the farewell.
      watcher.end();
    }
    return true;
  }

  /** Has a watcher told nothing more; safe to call twice. */
  public void unwatch(UUID id, Watcher watcher) {
    jobs.computeIfPresent(
        id,
        (_, job) -> {
          if (job.watchers().remove(watcher)) {
            watchers.decrementAndGet();
          }
          return job.watchers().isEmpty() ? null : job;
        });
  }

  /** Has a job looked at now, if anybody watches it. */
  public void look(UUID id) {
    Watched job = jobs.get(id);
    if (job != null) {
      enqueue(job);
    }
  }

  /** Has something done whenever somebody watches after nobody did; must not block. */
  public void onFirst(Runnable action) {
    onFirst = action;
  }

  /** Watchers now. */
  public int watching() {
    return watchers.get();
  }

  /** Tells all watchers that there will be nothing more, and takes no new ones. */
  public void endAll() {
    ended = true;
    jobs.values().forEach(job -> job.watchers().forEach(Watcher::end));
  }

  @Override
  protected Duration tick() throws SQLException {
    long now = time.nanos();
    if (now - pulsedAt >= PULSE.toNanos()) {
      pulsedAt = now;
      jobs.values().forEach(job -> job.watchers().forEach(Watcher::pulse));
    }
    boolean all = missed || now - polledAt >= POLL.toNanos();
    List<Watched> hinted = taken();
    List<Watched> asked = all ? List.copyOf(jobs.values()) : hinted;
    // Until it has gone well: what a failed statement was to find out is asked again.
    missed = true;
    for (int from = 0; from < asked.size(); from += HEADS) {
      look(asked.subList(from, Math.min(asked.size(), from + HEADS)));
    }
    missed = false;
    if (all) {
      polledAt = now;
    }
    Duration rest = POLL.minusNanos(time.nanos() - polledAt);
    return due.isEmpty() && rest.isPositive() ? rest : Duration.ZERO;
  }

  @Override
  protected void stopped() {
    endAll();
  }

  private void enqueue(Watched job) {
    if (job.ask()) {
      due.add(job);
      wake();
    }
  }

  private List<Watched> taken() {
    List<Watched> taken = new ArrayList<>();
    for (Watched job = due.poll(); job != null; job = due.poll()) {
      taken.add(job);
    }
    return taken;
  }

  private void look(List<Watched> asked) throws SQLException {
    asked.forEach(Watched::taken);
    Map<UUID, Head> heads = new HashMap<>();
    log.heads(asked.stream().map(job -> job.position(0)).toList())
        .forEach(head -> heads.put(head.id(), head));
    List<Position> behind = new ArrayList<>();
    for (Watched job : asked) {
      Head head = heads.get(job.id());
      if (head == null) {
        job.watchers().forEach(Watcher::end);
        continue;
      }
      job.watchers().forEach(watcher -> watcher.head(head));
      int after = job.lowest(head);
      if (after < head.last()) {
        behind.add(job.position(after));
      }
    }
    for (int from = 0; from < behind.size(); from += PAGES) {
      hand(log.pages(behind.subList(from, Math.min(behind.size(), from + PAGES)), EVENTS));
    }
  }

  private void hand(List<Page> pages) {
    for (Page page : pages) {
      Watched job = jobs.get(page.head().id());
      if (job == null) {
        continue;
      }
      job.watchers().stream().filter(Watcher::isReady).forEach(watcher -> watcher.page(page));
      if (job.lowest(page.head()) < page.head().last()) {
        enqueue(job);
      }
    }
  }
}
