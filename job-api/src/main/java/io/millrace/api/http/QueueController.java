package io.millrace.api.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.api.query.DrainRate;
import io.millrace.model.JobState;
import io.millrace.store.BacklogStore;
import io.millrace.store.BacklogStore.Queue;
import io.millrace.store.FleetStore;
import io.millrace.store.FleetStore.Count;
import io.millrace.store.FleetStore.Worker;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
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

  private final BacklogStore backlog;
  private final FleetStore fleet;
  private final DrainRate drain;

  QueueController(BacklogStore backlog, FleetStore fleet, DrainRate drain) {
    this.backlog = backlog;
    this.fleet = fleet;
    this.drain = drain;
  }

  /**
   * One priority of a pool.
   *
   * @param ready jobs that wait for a worker
   * @param held those of them that are not announced yet
   * @param beganPerSecond jobs begun per second over the last half minute; absent for none
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record PriorityDocument(
      String priority, long ready, long held, @Nullable Double beganPerSecond) {}

  /**
   * One pool.
   *
   * @param workers LIVE sessions that serve it
   * @param slots of those
   * @param jobs by state, as long as they are kept; states without jobs are absent
   */
  record PoolDocument(
      String pool,
      int workers,
      long slots,
      Map<JobState, Long> jobs,
      List<PriorityDocument> priorities) {}

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
    List<Worker> live =
        fleet.workers(MOST_WORKERS).stream()
            .filter(worker -> worker.state().equals("LIVE") && !worker.quarantine())
            .toList();
    TreeSet<String> names = new TreeSet<>();
    queues.forEach(queue -> names.add(queue.pool()));
    live.forEach(worker -> names.addAll(worker.pools()));
    return names.stream().map(pool -> pool(pool, queues, counts, live)).toList();
  }

  private PoolDocument pool(
      String pool, List<Queue> queues, List<Count> counts, List<Worker> live) {
    Map<JobState, Long> states = new EnumMap<>(JobState.class);
    counts.stream()
        .filter(count -> count.pool().equals(pool))
        .forEach(count -> states.merge(count.state(), count.jobs(), Long::sum));
    List<Worker> workers = live.stream().filter(w -> w.pools().contains(pool)).toList();
    long slots = workers.stream().mapToLong(worker -> slots(worker, pool)).sum();
    Stream<Queue> own = queues.stream().filter(queue -> queue.pool().equals(pool));
    return new PoolDocument(
        pool,
        workers.size(),
        slots,
        states,
        own.sorted(Comparator.comparing(Queue::priority)).map(this::priority).toList());
  }

  private static int slots(Worker worker, String pool) {
    int place = worker.pools().indexOf(pool);
    return place < worker.poolSlots().size() ? worker.poolSlots().get(place) : 0;
  }

  private PriorityDocument priority(Queue queue) {
    var rate = drain.perSecond(queue.pool(), queue.priority());
    return new PriorityDocument(
        queue.priority().wireName(),
        queue.ready(),
        queue.held(),
        rate.isPresent() ? Math.round(rate.getAsDouble() * 100) / 100.0 : null);
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
