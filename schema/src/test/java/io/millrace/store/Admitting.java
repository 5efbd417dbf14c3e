package io.millrace.store;

import io.millrace.store.LimitStore.Decision;
import io.millrace.store.LimitStore.Place;
import io.millrace.store.LimitStore.Used;
import io.millrace.store.LimitStore.Waiting;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A plain decision for tests of the store: whoever comes first, while every limit has room. */
final class Admitting {
  private Admitting() {}

  static Decision decide(List<Used> used, List<Waiting> waiting) {
    Map<Integer, Integer> run = new HashMap<>();
    Map<Integer, Integer> rate = new HashMap<>();
    for (Used u : used) {
      run.put(u.limit().id(), u.running());
      rate.put(u.limit().id(), u.started());
    }
    List<UUID> jobs = new ArrayList<>();
    List<Place> places = new ArrayList<>();
    for (Waiting w : waiting) {
      List<Used> limits =
          used.stream().filter(u -> u.limit().appliesTo(w.tenant(), w.type())).toList();
      if (limits.stream().allMatch(u -> fits(u, run, rate))) {
        jobs.add(w.job());
        limits.forEach(u -> take(u, w.job(), run, rate, places));
      }
    }
    return new Decision(jobs, places);
  }

  private static boolean fits(Used u, Map<Integer, Integer> run, Map<Integer, Integer> rate) {
    Integer most = u.limit().maxRunning();
    Integer starts = u.limit().rateStarts();
    return (most == null || run.getOrDefault(u.limit().id(), 0) < most)
        && (starts == null || rate.getOrDefault(u.limit().id(), 0) < starts);
  }

  private static void take(
      Used u, UUID job, Map<Integer, Integer> run, Map<Integer, Integer> rate, List<Place> places) {
    if (u.limit().maxRunning() != null) {
      run.merge(u.limit().id(), 1, Integer::sum);
      places.add(new Place(u.limit().id(), false, job));
    }
    if (u.limit().rateStarts() != null) {
      rate.merge(u.limit().id(), 1, Integer::sum);
      places.add(new Place(u.limit().id(), true, job));
    }
  }
}
