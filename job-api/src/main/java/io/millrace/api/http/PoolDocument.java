package io.millrace.api.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.millrace.api.query.Trend;
import io.millrace.model.JobState;
import io.millrace.store.BacklogStore.Queue;
import io.millrace.store.FleetStore.Count;
import io.millrace.store.FleetStore.Worker;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One pool as an operator, or who scales it, sees it. Counts are always there, 0 for none; what is
 * measured over time is absent until it could be measured, and never 0 for want of a measurement.
 *
 * @param ready jobs that wait for a worker
 * @param running jobs that workers have in hand
 * @param scheduled jobs that wait for their time
 * @param blocked jobs that wait for a place under a limit
 * @param workers LIVE sessions that serve it
 * @param draining sessions that finish what they have and take nothing more
 * @param slots of the LIVE ones
 * @param arrivalsPerSecond jobs that became READY
 * @param completionsPerSecond jobs that ended
 * @param oldestReadySeconds how long the job that is next has been READY; 0 when none waits
 * @param oldestReadyIsAtLeast true when it has waited for longer than this process has watched
 * @param meanRunSeconds mean time of a job in RUNNING over the last minute
 * @param jobs by state, as long as they are kept; states without jobs are absent
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record PoolDocument(
    String pool,
    long ready,
    long running,
    long scheduled,
    long blocked,
    int workers,
    int draining,
    long slots,
    @Nullable RatesDocument arrivalsPerSecond,
    @Nullable RatesDocument completionsPerSecond,
    @Nullable Double oldestReadySeconds,
    @Nullable Boolean oldestReadyIsAtLeast,
    @Nullable Double meanRunSeconds,
    Map<JobState, Long> jobs,
    List<PriorityDocument> priorities) {
  private static final double CENTS = 100;

  /** Averages that forget with time constants of ten seconds, a minute, ten minutes. */
  record RatesDocument(
      @JsonProperty("10s") double tenSeconds,
      @JsonProperty("1m") double minute,
      @JsonProperty("10m") double tenMinutes) {
    static RatesDocument of(Trend.Rates rates) {
      return new RatesDocument(
          rounded(rates.tenSeconds()), rounded(rates.minute()), rounded(rates.tenMinutes()));
    }
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
   * Makes one.
   *
   * @param serving its workers, LIVE and DRAINING
   * @param counts its counters
   * @param queues its priorities
   * @param begun jobs of a priority begun per second
   * @param trend null while it has not been read
   */
  static PoolDocument of(
      String pool,
      List<Worker> serving,
      List<Count> counts,
      List<Queue> queues,
      Function<Queue, OptionalDouble> begun,
      @Nullable Trend trend) {
    Map<JobState, Long> jobs = new EnumMap<>(JobState.class);
    counts.forEach(count -> jobs.merge(count.state(), count.jobs(), Long::sum));
    List<Worker> live = serving.stream().filter(w -> w.state().equals("LIVE")).toList();
    return new PoolDocument(
        pool,
        count(jobs, JobState.READY),
        count(jobs, JobState.RUNNING),
        count(jobs, JobState.SCHEDULED),
        count(jobs, JobState.BLOCKED),
        live.size(),
        serving.size() - live.size(),
        live.stream().mapToLong(worker -> slots(worker, pool)).sum(),
        trend == null ? null : RatesDocument.of(trend.arrivals()),
        trend == null ? null : RatesDocument.of(trend.completions()),
        trend == null ? null : rounded(trend.oldestSeconds()),
        trend == null || trend.oldestExact() ? null : true,
        trend == null ? null : orNull(trend.runSeconds()),
        jobs,
        queues.stream()
            .sorted(Comparator.comparing(Queue::priority))
            .map(queue -> priority(queue, orNull(begun.apply(queue))))
            .toList());
  }

  private static PriorityDocument priority(Queue queue, @Nullable Double began) {
    return new PriorityDocument(queue.priority().wireName(), queue.ready(), queue.held(), began);
  }

  private static long count(Map<JobState, Long> jobs, JobState state) {
    return Math.max(0, jobs.getOrDefault(state, 0L));
  }

  private static int slots(Worker worker, String pool) {
    int place = worker.pools().indexOf(pool);
    return place < worker.poolSlots().size() ? worker.poolSlots().get(place) : 0;
  }

  private static @Nullable Double orNull(OptionalDouble value) {
    return value.isPresent() ? rounded(value.getAsDouble()) : null;
  }

  /** Two digits behind the point; more below 1, so that short run times are not lost. */
  private static double rounded(double value) {
    double unit = value < 1 ? CENTS * CENTS : CENTS;
    return Math.round(value * unit) / unit;
  }
}
