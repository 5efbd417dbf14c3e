package io.millrace.store;

import io.millrace.model.CacheUse;
import io.millrace.model.CachedResult;
import io.millrace.model.NewJob;
import io.millrace.store.CacheStore.Candidate;
import io.millrace.store.CacheStore.Flight;
import io.millrace.store.CacheStore.Found;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Gives the submissions of one batch their parts: who has a kept result, who runs, who waits for
 * whom. Lives for one transaction, which holds the rows of the keys it has decided about.
 */
final class CacheParts {
  private final Connection connection;
  private final CacheStore store;
  private final Supplier<UUID> ids;
  private final Map<UUID, NewJob> parts = new LinkedHashMap<>();
  private final Map<String, List<NewJob>> open = new LinkedHashMap<>();
  private final Map<String, NewJob> renewals = new LinkedHashMap<>();
  private final List<CachedResult> found = new ArrayList<>();

  /**
   * Takes a batch on.
   *
   * @param ids of jobs that do the work of a stale result anew
   */
  CacheParts(Connection connection, CacheStore store, Supplier<UUID> ids, List<NewJob> batch) {
    this.connection = connection;
    this.store = store;
    this.ids = ids;
    for (NewJob job : batch) {
      parts.put(job.id(), job);
      if (job.options().cache() instanceof CacheUse.Asks asks) {
        open.computeIfAbsent(asks.key(), key -> new ArrayList<>()).add(job);
      }
    }
  }

  /** The batch with its parts, in its order, and the jobs it takes besides. */
  List<NewJob> decide() throws SQLException {
    answer(store.find(connection, wanted(open.keySet())), true);
    List<Candidate> candidates = new ArrayList<>();
    open.forEach((key, jobs) -> candidates.add(candidate(jobs.getFirst(), asks(jobs.getFirst()))));
    renewals.forEach(
        (key, job) -> {
          if (!open.containsKey(key)) {
            candidates.add(
                new Candidate(key, tenant(job), job.type(), job.id(), asks(job).ttlMillis()));
          }
        });
    Map<String, Flight> flights = store.acquire(connection, candidates);
    answerLate(flights);
    for (Map.Entry<String, List<NewJob>> entry : open.entrySet()) {
      place(entry.getKey(), entry.getValue(), Objects.requireNonNull(flights.get(entry.getKey())));
    }
    renewals.forEach(
        (key, job) -> {
          Flight flight = flights.get(key);
          if (!open.containsKey(key) && flight != null && flight.leader().equals(job.id())) {
            parts.put(job.id(), job.with(new CacheUse.Leads(key)));
          }
        });
    List<NewJob> decided = List.copyOf(parts.values());
    store.hold(connection, tooLarge(decided));
    return decided;
  }

  /** The results that answered somebody. */
  List<CachedResult> found() {
    return found;
  }

  /** Keys of which somebody takes a kept result. */
  private List<String> wanted(Collection<String> keys) {
    return keys.stream()
        .filter(
            key ->
                Objects.requireNonNull(open.get(key)).stream()
                    .anyMatch(job -> !asks(job).refresh()))
        .toList();
  }

  /**
   * Between the look and the key's row, a leader may have landed: what nobody seemed to have may be
   * there now, and is seen for sure while the row is held.
   */
  private void answerLate(Map<String, Flight> flights) throws SQLException {
    List<String> led =
        open.entrySet().stream()
            .filter(e -> leads(flights, e.getKey(), e.getValue().getFirst()))
            .map(Map.Entry::getKey)
            .toList();
    answer(store.find(connection, wanted(led)), false);
    List<String> free = new ArrayList<>();
    for (String key : led) {
      List<NewJob> left = open.get(key);
      if (left == null) {
        free.add(key);
      } else {
        NewJob first = left.getFirst();
        Flight flight = Objects.requireNonNull(flights.get(key));
        if (!flight.leader().equals(first.id())) {
          store.lead(connection, key, first.id());
          flights.put(key, new Flight(first.id(), flight.keep()));
        }
      }
    }
    store.release(connection, free);
  }

  private static boolean leads(Map<String, Flight> flights, String key, NewJob job) {
    Flight flight = flights.get(key);
    return flight != null && flight.leader().equals(job.id());
  }

  private void answer(Map<String, Found> results, boolean staleToo) {
    for (Map.Entry<String, Found> entry : results.entrySet()) {
      Found kept = entry.getValue();
      List<NewJob> left = new ArrayList<>();
      boolean used = false;
      for (NewJob job : Objects.requireNonNull(open.get(entry.getKey()))) {
        CacheUse.Asks asks = asks(job);
        CacheUse.Answered answer =
            asks.refresh() ? null : kept.result().answer(asks, kept.at(), false);
        if (answer == null || (answer.stale() && !staleToo)) {
          left.add(job);
        } else {
          used = true;
          parts.put(job.id(), job.with(answer));
          if (answer.stale()) {
            renewals.computeIfAbsent(entry.getKey(), key -> job.again(ids.get(), "cache", asks));
          }
        }
      }
      if (used) {
        found.add(kept.result());
      }
      if (left.isEmpty()) {
        open.remove(entry.getKey());
      } else {
        open.put(entry.getKey(), left);
      }
    }
  }

  private void place(String key, List<NewJob> jobs, Flight flight) {
    for (NewJob job : jobs) {
      CacheUse use =
          flight.leader().equals(job.id())
              ? new CacheUse.Leads(key)
              : flight.keep() ? new CacheUse.Follows(key, flight.leader()) : new CacheUse.Alone();
      parts.put(job.id(), job.with(use));
    }
  }

  private static List<UUID> tooLarge(List<NewJob> jobs) {
    List<UUID> sources = new ArrayList<>();
    for (NewJob job : jobs) {
      if (job.options().cache() instanceof CacheUse.Answered answered
          && answered.found().json() == null) {
        sources.add(answered.found().source());
      }
    }
    return sources;
  }

  private static Candidate candidate(NewJob job, CacheUse.Asks asks) {
    return new Candidate(
        asks.key(), asks.shared() ? null : job.tenant(), job.type(), job.id(), asks.ttlMillis());
  }

  private static @org.jspecify.annotations.Nullable String tenant(NewJob job) {
    return asks(job).shared() ? null : job.tenant();
  }

  private static CacheUse.Asks asks(NewJob job) {
    return (CacheUse.Asks) Objects.requireNonNull(job.options().cache());
  }
}
