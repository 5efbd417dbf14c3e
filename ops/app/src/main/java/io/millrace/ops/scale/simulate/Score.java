package io.millrace.ops.scale.simulate;

import io.millrace.ops.bench.result.Series.Point;
import java.util.List;

/**
 * How a policy did with a trace.
 *
 * @param jobs of the trace
 * @param late jobs that waited longer than the target
 * @param p50Wait seconds
 * @param p99Wait seconds
 * @param peak the longest backlog, jobs
 * @param workerHours time of all workers together, from start to end
 * @param leastHours time that the jobs alone would fill, with all slots in use
 * @param changes of the number of workers
 * @param turns changes in the other direction than the one before
 * @param interrupted jobs that lost their worker while they ran
 * @param workers over time
 * @param backlog over time
 */
public record Score(
    String trace,
    String policy,
    int jobs,
    int late,
    double p50Wait,
    double p99Wait,
    int peak,
    double workerHours,
    double leastHours,
    int changes,
    int turns,
    int interrupted,
    List<Point> workers,
    List<Point> backlog) {
  public Score {
    workers = List.copyOf(workers);
    backlog = List.copyOf(backlog);
  }

  /** Share of the jobs that were late, 0 to 1. */
  public double lateShare() {
    return jobs == 0 ? 0 : (double) late / jobs;
  }

  /** Worker-hours as a multiple of the least. */
  public double costRatio() {
    return leastHours == 0 ? 0 : workerHours / leastHours;
  }
}
