package io.millrace.workers.boot;

import io.millrace.boot.Checked;
import io.millrace.boot.ConfigurationRefusedException;
import io.millrace.boot.DatabaseProperties;
import io.millrace.boot.KafkaProperties;
import io.millrace.workers.poll.PoolSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * {@code millrace.worker.*}: how jobs are run.
 *
 * @param name what people call the worker; host and process id unless set
 * @param pools pool name to its slots and claim batch; {@code default} with 2,048 and 512 and
 *     {@code cpu} with a slot per core unless set
 * @param cpuThreads threads for CPU-bound handlers, 1 to 1,024; one per core when 0, as far as
 *     connections reach
 * @param lease silence after which the worker is declared dead, 2 s to 10 min
 * @param drain how long running jobs may finish when the worker is stopped, 0 to 1 h
 * @param stopGrace how long a handler may take to obey an interrupt before its job goes on without
 *     it, 0 to 10 min
 * @param sweepAge how long a job must be READY before it may be announced again, 1 s to 1 h
 * @param quarantine the process for jobs that workers have died of
 */
@ConfigurationProperties("millrace.worker")
record WorkerProperties(
    @DefaultValue("") String name,
    @DefaultValue Map<String, Pool> pools,
    @DefaultValue("0") int cpuThreads,
    @DefaultValue("12s") Duration lease,
    @DefaultValue("25s") Duration drain,
    @DefaultValue("10s") Duration stopGrace,
    @DefaultValue("10s") Duration sweepAge,
    @DefaultValue Quarantine quarantine) {
  /** Connections that must be left to the loops while every CPU thread holds one. */
  private static final int LOOP_CONNECTIONS = 6;

  /** One pool; {@code batch} is a quarter of the slots, at most 512, unless set. */
  record Pool(int slots, @DefaultValue("0") int batch) {}

  /**
   * {@code millrace.worker.quarantine.*}.
   *
   * @param heap its largest heap, 64 MB to 64 GB
   * @param idle how long it stays when nothing waits for it, 1 s to 1 h
   */
  record Quarantine(@DefaultValue("512MB") DataSize heap, @DefaultValue("30s") Duration idle) {
    private static final int LEAST_MEGABYTES = 64;
    private static final int MOST_MEGABYTES = 64 * 1024;

    Quarantine {
      Checked.range(
          "millrace.worker.quarantine.heap in MB",
          (int) Math.clamp(heap.toMegabytes(), 0, Integer.MAX_VALUE),
          LEAST_MEGABYTES,
          MOST_MEGABYTES,
          "less does not start, and it comes on top of the worker's own heap");
      Checked.range(
          "millrace.worker.quarantine.idle",
          idle,
          Duration.ofSeconds(1),
          Duration.ofHours(1),
          "its memory is in use meanwhile, and the next one takes seconds to start");
    }
  }

  WorkerProperties {
    Checked.range(
        "millrace.worker.cpu-threads",
        cpuThreads,
        0,
        1_024,
        "more threads than cores only make CPU-bound jobs slower");
    Checked.range(
        "millrace.worker.lease",
        lease,
        Duration.ofSeconds(2),
        Duration.ofMinutes(10),
        "it must outlast a pause of the garbage collector and a failover of the database, and a dead"
            + " worker's jobs wait for its end");
    Checked.range(
        "millrace.worker.drain",
        drain,
        Duration.ZERO,
        Duration.ofHours(1),
        "whoever stops the process waits for it");
    Checked.range(
        "millrace.worker.stop-grace",
        stopGrace,
        Duration.ZERO,
        Duration.ofMinutes(10),
        "a handler that ignores its interrupt keeps its job and its slot for so long");
    Checked.range(
        "millrace.worker.sweep-age",
        sweepAge,
        Duration.ofSeconds(1),
        Duration.ofHours(1),
        "an announcement takes up to 5 s, and a lost one waits for its end");
  }

  WorkerSettings settings(KafkaProperties kafka, DatabaseProperties database) {
    int cores = Runtime.getRuntime().availableProcessors();
    int most = Math.max(1, database.connections() - LOOP_CONNECTIONS);
    Checked.range(
        "millrace.worker.cpu-threads",
        cpuThreads,
        0,
        most,
        "each running analysis holds one of the millrace.database.connections = "
            + database.connections()
            + ", and the loops need "
            + LOOP_CONNECTIONS);
    int threads = cpuThreads == 0 ? Math.min(cores, most) : cpuThreads;
    return new WorkerSettings(
        shownName(),
        checkedPools(threads),
        threads,
        lease,
        drain,
        stopGrace,
        kafka.partitions(),
        (short) kafka.replication(),
        sweepAge);
  }

  /** What people call the worker. */
  String shownName() {
    return name.isBlank() ? HostName.local() + "-" + ProcessHandle.current().pid() : name;
  }

  private List<PoolSettings> checkedPools(int threads) {
    try {
      return poolSettings(threads);
    } catch (IllegalArgumentException e) {
      throw new ConfigurationRefusedException("millrace.worker.pools: " + e.getMessage());
    }
  }

  private List<PoolSettings> poolSettings(int threads) {
    if (pools.isEmpty()) {
      return List.of(new PoolSettings("default", 2_048, 512), new PoolSettings("cpu", threads, 1));
    }
    return new TreeMap<>(pools)
        .entrySet().stream()
            .map(
                pool -> {
                  int slots = pool.getValue().slots();
                  int batch = pool.getValue().batch();
                  int quarter = Math.clamp(slots / 4, 1, 512);
                  return new PoolSettings(pool.getKey(), slots, batch == 0 ? quarter : batch);
                })
            .toList();
  }
}
