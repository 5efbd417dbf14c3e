package io.millrace.api.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.intake.IntakeRefusedException.Reason;
import io.millrace.model.JobOptions;
import io.millrace.model.NewJob;
import io.millrace.model.Priority;
import io.millrace.runtime.Time;
import io.millrace.store.BacklogStore.TenantLoad;
import io.millrace.store.QueueStore.PoolLoad;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class BacklogLimitsTest {
  private static final long POOL = 10;
  private static final long TENANT = 6;

  private final List<PoolLoad> pools = new ArrayList<>();
  private final List<TenantLoad> tenants = new ArrayList<>();
  private long nanos;
  private final Time time =
      new Time() {
        @Override
        public Instant now() {
          return Instant.EPOCH;
        }

        @Override
        public long nanos() {
          return nanos;
        }
      };
  private final BacklogLimits limits =
      new BacklogLimits(() -> pools, () -> tenants, POOL, TENANT, time);

  @Test
  void refusal_betweenReadings_countsWhatWasTaken() {
    read();
    for (int i = 0; i < TENANT; i++) {
      assertThat(limits.refusal(job("acme", "default"))).isNull();
    }
    IntakeRefusedException refused = refused("acme", "default");
    assertThat(refused.reason()).isEqualTo(Reason.TENANT);
    assertThat(refused).hasMessageContaining("6 jobs of tenant acme").hasMessageContaining("is 6");
    for (int i = 0; i < POOL - TENANT; i++) {
      assertThat(limits.refusal(job("bob", "default"))).isNull();
    }
    refused = refused("bob", "default");
    assertThat(refused.reason()).isEqualTo(Reason.POOL);
    assertThat(refused).hasMessageContaining("10 jobs wait in pool default");
    assertThat(limits.refusal(job("bob", "cpu"))).isNull();
  }

  @Test
  void refusalOfARun_countsInAllItsPoolsOrInNone() {
    pools.add(new PoolLoad("full", POOL, 0));
    read();
    assertThat(limits.refusal("acme", List.of("default", "full"))).isNotNull();
    for (int i = 0; i < TENANT; i++) {
      assertThat(limits.refusal("acme", List.of("cpu", "default"))).isNull();
    }
    assertThat(limits.refusal("acme", List.of("cpu", "default")))
        .hasMessageContaining("6 jobs of tenant acme")
        .hasMessageEndingWith("the run's first job was for pool cpu, default");
    assertThat(limits.refusal("acme", List.of())).hasMessageEndingWith("per-tenant)");
    for (int i = 0; i < 2 * TENANT; i++) {
      assertThat(limits.refusal("bob", List.of())).isNull();
    }
    for (int i = 0; i < POOL - TENANT; i++) {
      assertThat(limits.refusal("bob", List.of("default"))).isNull();
    }
    assertThat(limits.refusal("bob", List.of("default"))).hasMessageContaining("pool default");
  }

  @Test
  void refusal_ofThePool_doesNotCountAgainstTheTenant() {
    pools.add(new PoolLoad("default", POOL, 0));
    read();
    for (int i = 0; i < 3 * TENANT; i++) {
      assertThat(refused("acme", "default").reason()).isEqualTo(Reason.POOL);
    }
    assertThat(limits.refusal(job("acme", "cpu"))).isNull();
  }

  @Test
  void refusal_jobOfALaterTime_isNotCounted() {
    read();
    JobOptions later =
        new JobOptions(Instant.MAX, null, null, null, null, null, null, null, null, null);
    for (int i = 0; i < 3 * POOL; i++) {
      assertThat(limits.refusal(job("acme", "default", later))).isNull();
    }
    assertThat(limits.refusal(job("acme", "default"))).isNull();
  }

  @Test
  void read_whatWasTakenJustBefore_countsUntilTheReadingAfter() {
    read();
    for (int i = 0; i < TENANT; i++) {
      assertThat(limits.refusal(job("acme", "default"))).isNull();
    }
    // This reading cannot have seen a commit that is still under way.
    read();
    assertThat(refused("acme", "default").reason()).isEqualTo(Reason.TENANT);
    read();
    assertThat(limits.refusal(job("acme", "default"))).isNull();
  }

  @Test
  void read_waitingOfTheTenantInAllPools_isSummed() {
    tenants.add(new TenantLoad("acme", "default", 4));
    tenants.add(new TenantLoad("acme", "cpu", 2));
    read();
    assertThat(refused("acme", "default").reason()).isEqualTo(Reason.TENANT);
    assertThat(limits.refusal(job("bob", "default"))).isNull();
    tenants.clear();
    read();
    assertThat(limits.refusal(job("acme", "default"))).isNull();
  }

  @Test
  void retryAfter_beforeAnythingDrained_is30() {
    pools.add(new PoolLoad("default", 500, 0));
    read();
    assertThat(refused("acme", "default").retryAfterSeconds()).isEqualTo(30);
  }

  @Test
  void retryAfter_ofAPool_isExcessByRate() {
    pools.add(new PoolLoad("default", 60, 100));
    read();
    pools.set(0, new PoolLoad("default", 50, 110));
    read();
    // Ten a second, and 41 have to go before one has room.
    assertThat(refused("acme", "default").retryAfterSeconds()).isEqualTo(5);
  }

  @Test
  void retryAfter_ofATenant_countsWhatCameMeanwhile() {
    tenants.add(new TenantLoad("acme", "default", 5));
    read();
    assertThat(limits.refusal(job("acme", "default"))).isNull();
    // One came and three left: the reading says 3, and the one that came counts once more.
    tenants.set(0, new TenantLoad("acme", "default", 3));
    read();
    tenants.set(0, new TenantLoad("acme", "default", 63));
    read();
    int seconds = refused("acme", "default").retryAfterSeconds();
    // 58 have to go at three a second, or a little less by the reading in which nothing went.
    assertThat(seconds).isBetween(20, 22);
  }

  @Test
  void retryAfter_isBounded() {
    pools.add(new PoolLoad("slow", 1_000_000, 0));
    pools.add(new PoolLoad("fast", 11, 0));
    read();
    pools.set(0, new PoolLoad("slow", 999_999, 1));
    pools.set(1, new PoolLoad("fast", 11, 10_000));
    read();
    assertThat(refused("a", "slow").retryAfterSeconds()).isEqualTo(300);
    assertThat(refused("a", "fast").retryAfterSeconds()).isEqualTo(1);
  }

  private void read() {
    nanos += Duration.ofSeconds(1).toNanos();
    limits.read();
  }

  private IntakeRefusedException refused(String tenant, String pool) {
    return Objects.requireNonNull(limits.refusal(job(tenant, pool)), "was not refused");
  }

  private static NewJob job(String tenant, String pool) {
    return job(tenant, pool, JobOptions.NONE);
  }

  private static NewJob job(String tenant, String pool, JobOptions options) {
    return new NewJob(
        UUID.randomUUID(), tenant, "echo", pool, Priority.NORMAL, 1, 60_000, "1", null, options);
  }
}
