package io.millrace.workers.boot;

import io.millrace.workers.poll.PoolSettings;
import java.time.Duration;
import java.util.List;

/**
 * What a worker process is told.
 *
 * @param name what people call it
 * @param pools what it serves, at least one
 * @param cpuThreads threads for CPU-bound handlers, at least 1
 * @param lease silence after which it is declared dead, 2 s to 10 min; it beats four times as often
 * @param drain how long running jobs may finish when it is stopped, 0 to 1 h
 * @param stopGrace how long a handler may take to obey an interrupt, 0 to 10 min
 * @param partitions of job topics it has to create, 1 to 1,000
 * @param replication of topics it has to create
 * @param sweepAge how long a job must be READY before it may be announced again
 */
public record WorkerSettings(
    String name,
    List<PoolSettings> pools,
    int cpuThreads,
    Duration lease,
    Duration drain,
    Duration stopGrace,
    int partitions,
    short replication,
    Duration sweepAge) {
  public WorkerSettings {
    if (pools.isEmpty()) {
      throw new IllegalArgumentException("a worker needs at least one pool");
    }
  }

  /** Jobs the worker can run at once. */
  public int slots() {
    return pools.stream().mapToInt(PoolSettings::slots).sum();
  }

  /** The names of its pools. */
  public List<String> poolNames() {
    return pools.stream().map(PoolSettings::pool).toList();
  }
}
