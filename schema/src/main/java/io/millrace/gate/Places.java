package io.millrace.gate;

import io.millrace.store.LimitStore.Decision;
import io.millrace.store.LimitStore.Place;
import io.millrace.store.LimitStore.Used;
import io.millrace.store.LimitStore.Waiting;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Which of the waiting jobs may run under the limits; pure. */
final class Places {
  private static final Comparator<Waiting> ORDER =
      Comparator.comparing(Waiting::priority)
          .thenComparingInt(Waiting::rank)
          .thenComparing(Waiting::job);

  private final Map<Integer, Integer> run = new HashMap<>();
  private final Map<Integer, Integer> rate = new HashMap<>();

  private Places(List<Used> used) {
    for (Used one : used) {
      Integer maxRunning = one.limit().maxRunning();
      run.put(
          one.limit().id(),
          maxRunning == null ? Integer.MAX_VALUE : Math.max(0, maxRunning - one.running()));
      Integer starts = one.limit().rateStarts();
      rate.put(
          one.limit().id(),
          starts == null ? Integer.MAX_VALUE : Math.max(0, starts - one.started()));
    }
  }

  /**
   * Takes the jobs by priority; within one, the first of each tenant and type before the second of
   * any. A job is admitted when every limit that applies to it has a place; it takes one of each. A
   * job that no limit applies to any more takes none.
   */
  static Decision decide(List<Used> used, List<Waiting> waiting) {
    Places places = new Places(used);
    List<UUID> jobs = new ArrayList<>();
    List<Place> taken = new ArrayList<>();
    for (Waiting job : waiting.stream().sorted(ORDER).toList()) {
      List<Used> limits =
          used.stream().filter(u -> u.limit().appliesTo(job.tenant(), job.type())).toList();
      if (limits.stream().allMatch(places::hasPlace)) {
        jobs.add(job.job());
        limits.forEach(limit -> places.take(limit, job.job(), taken));
      }
    }
    return new Decision(jobs, taken);
  }

  private boolean hasPlace(Used limit) {
    int id = limit.limit().id();
    return run.getOrDefault(id, 0) > 0 && rate.getOrDefault(id, 0) > 0;
  }

  private void take(Used limit, UUID job, List<Place> taken) {
    int id = limit.limit().id();
    if (limit.limit().maxRunning() != null) {
      run.merge(id, -1, Integer::sum);
      taken.add(new Place(id, false, job));
    }
    if (limit.limit().rateStarts() != null) {
      rate.merge(id, -1, Integer::sum);
      taken.add(new Place(id, true, job));
    }
  }
}
