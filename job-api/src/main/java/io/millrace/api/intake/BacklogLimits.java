package io.millrace.api.intake;

import io.millrace.api.intake.IntakeRefusedException.Reason;
import io.millrace.model.NewJob;
import io.millrace.runtime.PeriodicLoop;
import io.millrace.runtime.Time;
import io.millrace.store.BacklogStore.TenantLoad;
import io.millrace.store.QueueStore.PoolLoad;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Refuses new jobs while too many wait, of their tenant or in their pool. Reads once a second how
 * many do, and adds what this process has taken since. Only what could run now counts: jobs with a
 * later time do not. Nothing that was accepted is ever dropped. Thread-safe.
 */
public final class BacklogLimits implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** A reading that takes longer than this is done less often, in proportion. */
  private static final Duration QUICK = Duration.ofMillis(100);

  private static final int MOST_ROUNDS_LEFT_OUT = 30;

  private final Supplier<List<PoolLoad>> poolLoads;
  private final Supplier<List<TenantLoad>> tenantLoads;
  private final long perPool;
  private final long perTenant;
  private final Time time;
  private final PeriodicLoop loop;
  private final Map<String, Load> pools = new ConcurrentHashMap<>();
  private final Map<String, Load> tenants = new ConcurrentHashMap<>();
  private final Map<String, Long> begun = new HashMap<>();
  private long readNanos;
  private int roundsLeftOut;

  /**
   * Makes limits.
   *
   * @param poolLoads reads what waits in each pool
   * @param tenantLoads reads what waits of each tenant beyond what is announced
   * @param perPool most jobs that may wait in a pool, at least 1
   * @param perTenant most jobs of one tenant that may wait, at least 1
   */
  public BacklogLimits(
      Supplier<List<PoolLoad>> poolLoads,
      Supplier<List<TenantLoad>> tenantLoads,
      long perPool,
      long perTenant,
      Time time) {
    this.poolLoads = poolLoads;
    this.tenantLoads = tenantLoads;
    this.perPool = perPool;
    this.perTenant = perTenant;
    this.time = time;
    this.loop = new PeriodicLoop("room", PAUSE, this::tick);
  }

  /** Reads and goes on doing so. */
  public void start() {
    read();
    loop.start();
  }

  /** Why a job cannot be taken now; null when it can, and then it counts as waiting. */
  @Nullable IntakeRefusedException refusal(NewJob job) {
    boolean now = job.options().runAt() == null && job.options().delayMillis() == null;
    return refusal(job.tenant(), List.of(job.pool()), ", and the job was for pool ", now);
  }

  /**
   * Why a run cannot be started now; null when it can, and then it counts as a job that waits in
   * each of these pools.
   *
   * @param names of the pools that its first jobs go to; perhaps none
   */
  @Nullable IntakeRefusedException refusal(String tenant, Collection<String> names) {
    return refusal(tenant, names, ", and the run's first job was for pool ", !names.isEmpty());
  }

  private @Nullable IntakeRefusedException refusal(
      String tenant, Collection<String> names, String forPool, boolean counts) {
    Load own = tenants.computeIfAbsent(tenant, name -> new Load());
    List<Load> counted = new ArrayList<>();
    if (!own.tryAdd(perTenant)) {
      return new IntakeRefusedException(
          Reason.TENANT,
          own.secondsUntilRoom(perTenant),
          "%d jobs of tenant %s wait; the limit is %d (millrace.intake.max-backlog-per-tenant)%s"
              .formatted(
                  own.current(),
                  tenant,
                  perTenant,
                  names.isEmpty() ? "" : forPool + String.join(", ", names)));
    }
    counted.add(own);
    for (String name : names) {
      Load pool = pools.computeIfAbsent(name, any -> new Load());
      if (!pool.tryAdd(perPool)) {
        counted.forEach(Load::undo);
        return new IntakeRefusedException(
            Reason.POOL,
            pool.secondsUntilRoom(perPool),
            "%d jobs wait in pool %s; the limit is %d (millrace.intake.max-backlog-per-pool)"
                .formatted(pool.current(), name, perPool));
      }
      counted.add(pool);
    }
    if (!counts) {
      counted.forEach(Load::undo);
    }
    return null;
  }

  /** The loop, for its health. */
  public PeriodicLoop loop() {
    return loop;
  }

  @Override
  public void close() {
    loop.close();
  }

  private boolean tick() {
    if (roundsLeftOut > 0) {
      roundsLeftOut--;
      return false;
    }
    long began = time.nanos();
    read();
    long took = time.nanos() - began;
    roundsLeftOut = (int) Math.min(MOST_ROUNDS_LEFT_OUT, took / QUICK.toNanos());
    return false;
  }

  /** One reading, as the loop does it. */
  void read() {
    pools.values().forEach(Load::mark);
    tenants.values().forEach(Load::mark);
    List<PoolLoad> inPools = poolLoads.get();
    Map<String, Long> ofTenants = new HashMap<>();
    tenantLoads.get().forEach(load -> ofTenants.merge(load.tenant(), load.jobs(), Long::sum));
    long now = time.nanos();
    long nanos = now - readNanos;
    readNanos = now;
    takePools(inPools, nanos);
    takeTenants(ofTenants, nanos);
  }

  /** A pool's drain is what has begun, whoever took it in. */
  private void takePools(List<PoolLoad> loads, long nanos) {
    Map<String, PoolLoad> byName =
        loads.stream().collect(Collectors.toMap(PoolLoad::pool, Function.identity()));
    byName.keySet().forEach(name -> pools.computeIfAbsent(name, n -> new Load()));
    pools.forEach(
        (name, load) -> {
          PoolLoad read = byName.getOrDefault(name, new PoolLoad(name, 0, 0));
          Long before = begun.put(name, read.begun());
          load.take(read.waiting(), before == null ? 0 : read.begun() - before, nanos);
        });
  }

  /** A tenant's drain is what has left, as far as this process knows what came. */
  private void takeTenants(Map<String, Long> waitingOf, long nanos) {
    waitingOf.keySet().forEach(name -> tenants.computeIfAbsent(name, n -> new Load()));
    tenants.forEach(
        (name, load) -> {
          long waiting = waitingOf.getOrDefault(name, 0L);
          load.take(waiting, load.leftUntil(waiting), nanos);
        });
    tenants.values().removeIf(Load::isIdle);
  }
}
