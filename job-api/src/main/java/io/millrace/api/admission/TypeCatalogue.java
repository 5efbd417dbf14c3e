package io.millrace.api.admission;

import io.millrace.model.JobType;
import io.millrace.runtime.PeriodicLoop;
import io.millrace.runtime.Time;
import io.millrace.store.TypeStore;
import io.millrace.store.WorkerStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The job types and pools workers have announced, as of at most a second ago. While the database
 * does not answer, the last known ones stand.
 */
public final class TypeCatalogue implements KnownTypes, AutoCloseable {
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration MISS_PAUSE = Duration.ofMillis(100);

  private final TypeStore store;
  private final WorkerStore workers;
  private final PeriodicLoop loop;
  private final Time time;
  private volatile Set<String> pools = Set.of();
  private long refreshedNanos;
  private volatile Map<String, JobType> types = Map.of();

  public TypeCatalogue(TypeStore store, WorkerStore workers, Time time) {
    this.store = store;
    this.time = time;
    this.workers = workers;
    this.loop = new PeriodicLoop("types", PAUSE, this::refresh);
  }

  /** Reads the types and goes on doing so. */
  public void start() {
    refresh();
    loop.start();
  }

  /**
   * Finds a type by name. One that is not known may have been announced a moment ago, so the
   * database is asked again, a few times a second at most.
   */
  @Override
  public Optional<JobType> find(String name) {
    if (!types.containsKey(name)) {
      refreshIfOlder();
    }
    return Optional.ofNullable(types.get(name));
  }

  /** Whether some worker serves, or has served, a pool; asks again like {@link #find}. */
  @Override
  public boolean hasPool(String name) {
    if (!pools.contains(name)) {
      refreshIfOlder();
    }
    return pools.contains(name);
  }

  @Override
  public Set<String> names() {
    return types.keySet();
  }

  @Override
  public Set<String> pools() {
    return pools;
  }

  /** The loop, for its health. */
  public PeriodicLoop loop() {
    return loop;
  }

  @Override
  public void close() {
    loop.close();
  }

  private synchronized void refreshIfOlder() {
    if (time.nanos() - refreshedNanos > MISS_PAUSE.toNanos()) {
      refresh();
    }
  }

  private synchronized boolean refresh() {
    refreshedNanos = time.nanos();
    List<JobType> all = store.all();
    pools =
        Stream.concat(all.stream().map(JobType::pool), workers.pools().stream())
            .collect(Collectors.toUnmodifiableSet());
    types = all.stream().collect(Collectors.toUnmodifiableMap(JobType::name, Function.identity()));
    return false;
  }
}
