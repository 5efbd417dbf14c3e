package io.millrace.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.JobRef;
import io.millrace.model.JobState;
import io.millrace.model.JobView;
import io.millrace.runtime.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class MemoryJobCacheTest {
  private static final UUID OTHER = new UUID(1, 2);

  private long nanos;
  private final MemoryJobCache cache =
      new MemoryJobCache(
          FinishedJobCache.none(),
          new Time() {
            @Override
            public long nanos() {
              return nanos;
            }

            @Override
            public Instant now() {
              return Instant.EPOCH.plusNanos(nanos);
            }
          });

  @Test
  void remembered_final_isThereForItsTenantAlone() {
    JobView job = Samples.job(Samples.ID, JobState.SUCCEEDED);
    cache.put("t", job);

    assertThat(cache.remembered(new JobRef("t", Samples.ID))).contains(job);
    assertThat(cache.status("t", Samples.ID)).contains(job);
    assertThat(cache.remembered(new JobRef("u", Samples.ID))).isEmpty();
    assertThat(cache.statuses(List.of(new JobRef("u", Samples.ID), new JobRef("t", OTHER))))
        .isEmpty();
  }

  @Test
  void remembered_mayStillChange_isNotKept() {
    for (JobState state : JobState.values()) {
      if (!Keepable.state(state)) {
        cache.put("t", Samples.job(Samples.ID, state));
      }
    }
    assertThat(cache.remembered(new JobRef("t", Samples.ID))).isEmpty();
  }

  @Test
  void remembered_afterAMinute_isForgotten() {
    cache.put("t", Samples.job(Samples.ID, JobState.SUCCEEDED));
    nanos = Duration.ofSeconds(59).toNanos();
    assertThat(cache.remembered(new JobRef("t", Samples.ID))).isPresent();
    nanos = Duration.ofSeconds(61).toNanos();
    assertThat(cache.remembered(new JobRef("t", Samples.ID))).isEmpty();
  }
}
