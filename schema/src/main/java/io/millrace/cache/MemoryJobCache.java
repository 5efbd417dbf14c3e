package io.millrace.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.millrace.model.JobRef;
import io.millrace.model.JobView;
import io.millrace.model.StoredResult;
import io.millrace.runtime.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The statuses of finished jobs that were asked for lately, in this process, so that a caller who
 * polls on costs no round trip. At most {@value #MOST_JOBS}, about 1 KB each, for a minute.
 */
final class MemoryJobCache implements FinishedJobCache {
  private static final int MOST_JOBS = 10_000;
  private static final Duration KEPT = Duration.ofSeconds(60);

  private final FinishedJobCache behind;
  private final Cache<JobRef, JobView> statuses;

  MemoryJobCache(FinishedJobCache behind, Time time) {
    this.behind = behind;
    this.statuses =
        Caffeine.newBuilder()
            .maximumSize(MOST_JOBS)
            .expireAfterWrite(KEPT)
            .ticker(time::nanos)
            .build();
  }

  @Override
  public Map<JobRef, JobView> statuses(Collection<JobRef> jobs) {
    Map<JobRef, JobView> found = new HashMap<>(statuses.getAllPresent(jobs));
    if (found.size() == jobs.size()) {
      return found;
    }
    List<JobRef> missing = new ArrayList<>(jobs);
    missing.removeAll(found.keySet());
    Map<JobRef, JobView> further = behind.statuses(missing);
    statuses.putAll(further);
    found.putAll(further);
    return found;
  }

  /** Without a round trip. */
  @Override
  public Optional<JobView> remembered(JobRef job) {
    return Optional.ofNullable(statuses.getIfPresent(job));
  }

  @Override
  public Optional<StoredResult> result(String tenant, UUID id) {
    return behind.result(tenant, id);
  }

  @Override
  public void put(String tenant, JobView job) {
    if (Keepable.status(job)) {
      statuses.put(new JobRef(tenant, job.id()), job);
      behind.put(tenant, job);
    }
  }

  @Override
  public void put(String tenant, UUID id, StoredResult result) {
    behind.put(tenant, id, result);
  }

  @Override
  public @Nullable String trouble() {
    return behind.trouble();
  }

  @Override
  public @Nullable RedisLink link() {
    return behind.link();
  }

  @Override
  public CacheCounts counts() {
    return behind.counts();
  }

  @Override
  public void close() {
    behind.close();
  }
}
