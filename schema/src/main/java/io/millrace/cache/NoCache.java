package io.millrace.cache;

import io.millrace.model.JobRef;
import io.millrace.model.JobView;
import io.millrace.model.StoredResult;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** No Redis configured: nothing is kept, nothing counted. */
final class NoCache implements FinishedJobCache {
  private final CacheCounts counts = new CacheCounts();

  @Override
  public Map<JobRef, JobView> statuses(Collection<JobRef> jobs) {
    return Map.of();
  }

  @Override
  public Optional<StoredResult> result(String tenant, UUID id) {
    return Optional.empty();
  }

  @Override
  public void put(String tenant, JobView job) {}

  @Override
  public void put(String tenant, UUID id, StoredResult result) {}

  @Override
  public @Nullable String trouble() {
    return null;
  }

  @Override
  public CacheCounts counts() {
    return counts;
  }

  @Override
  public void close() {}
}
