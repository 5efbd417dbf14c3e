package io.millrace.api.http;

import io.millrace.api.query.DrainRate;
import io.millrace.api.query.PoolTrends;
import io.millrace.store.BacklogStore;
import io.millrace.store.BacklogStore.Queue;
import io.millrace.store.FleetStore;
import io.millrace.store.FleetStore.Count;
import io.millrace.store.FleetStore.Worker;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Queues and workers, for operators alone: they are of all tenants. */
@RestController
@RequestMapping(path = "/v1", produces = MediaType.APPLICATION_JSON_VALUE)
final class QueueController {
  private static final int MOST_WORKERS = 500;
  private static final Set<String> SERVING = Set.of("LIVE", "DRAINING");

  private final BacklogStore backlog;
  private final FleetStore fleet;
  private final DrainRate drain;
  private final PoolTrends trends;

  QueueController(BacklogStore backlog, FleetStore fleet, DrainRate drain, PoolTrends trends) {
    this.backlog = backlog;
    this.fleet = fleet;
    this.drain = drain;
    this.trends = trends;
  }

  /** All pools, in order of name. */
  record PoolList(List<PoolDocument> queues) {}

  @GetMapping("/queues")
  PoolList queues(Caller caller) {
    caller.requireOperator();
    return new PoolList(pools());
  }

  @GetMapping("/queues/{pool}")
  PoolDocument queue(@PathVariable("pool") String pool, Caller caller) {
    caller.requireOperator();
    return pools().stream()
        .filter(one -> one.pool().equals(pool))
        .findFirst()
        .orElseThrow(() -> ControlProblems.noPool(pool));
  }

  private List<PoolDocument> pools() {
    List<Queue> queues = backlog.queues();
    List<Count> counts = fleet.counts();
    List<Worker> serving =
        fleet.workers(MOST_WORKERS).stream()
            .filter(worker -> SERVING.contains(worker.state()) && !worker.quarantine())
            .toList();
    TreeSet<String> names = new TreeSet<>();
    queues.forEach(queue -> names.add(queue.pool()));
    serving.forEach(worker -> names.addAll(worker.pools()));
    return names.stream()
        .map(
            pool ->
                PoolDocument.of(
                    pool,
                    serving.stream().filter(worker -> worker.pools().contains(pool)).toList(),
                    counts.stream().filter(count -> count.pool().equals(pool)).toList(),
                    queues.stream().filter(queue -> queue.pool().equals(pool)).toList(),
                    queue -> drain.perSecond(queue.pool(), queue.priority()),
                    trends.of(pool).orElse(null)))
        .toList();
  }

  /**
   * One worker session.
   *
   * @param running jobs it ran at its last beat
   * @param silentMillis since that beat
   * @param quarantine whether it runs nothing but the quarantine lane
   */
  record WorkerDocument(
      long session,
      String name,
      String state,
      List<String> pools,
      int slots,
      int running,
      boolean quarantine,
      Instant since,
      Instant lastBeat,
      long silentMillis) {
    static WorkerDocument of(Worker worker) {
      return new WorkerDocument(
          worker.session(),
          worker.name(),
          worker.state(),
          worker.pools(),
          worker.slots(),
          worker.running(),
          worker.quarantine(),
          worker.startedAt(),
          worker.beatAt(),
          worker.silentMillis());
    }
  }

  /** Sessions of the last day, those that have not ended first. */
  record WorkerList(List<WorkerDocument> workers) {}

  @GetMapping("/workers")
  WorkerList workers(Caller caller) {
    caller.requireOperator();
    return new WorkerList(fleet.workers(MOST_WORKERS).stream().map(WorkerDocument::of).toList());
  }
}
