package io.millrace.ops.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.intake.Intake;
import io.millrace.model.Accepted;
import io.millrace.model.NewJob;
import io.millrace.model.Priority;
import io.millrace.ops.up.Millrace;
import io.millrace.ops.up.Role;
import io.millrace.runtime.Ids;
import io.millrace.store.BacklogStore;
import io.millrace.store.Database;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** One tenant's flood does not stop another tenant's single job. */
class FairnessIT {
  private static final int FLOOD = 100_000;

  private final Installation installation = Installation.create();

  @AfterEach
  void stop() throws Exception {
    installation.close();
  }

  @Test
  void flood_ofOneTenant_delaysAnothersSingleJobByLessThanASecond() throws Exception {
    Millrace both =
        installation.start(
            Set.of(Role.API, Role.WORKER),
            Map.of(
                "millrace.worker.pools.default.slots", "64",
                "millrace.worker.pools.cpu.slots", "1",
                "millrace.worker.drain", "0s"));
    Jobs jobs = Installation.jobs(both);
    jobs.succeeded(jobs.submit("echo", "{}"));
    assertThat(flood(both.part(Intake.class))).isEqualTo(FLOOD);
    for (int i = 0; i < 3; i++) {
      JsonNode single = jobs.succeeded(jobs.submit("echo", "{\"value\": \"single\"}"));
      assertThat(single.path("timings").path("waitedMillis").asLong())
          .as("wait of a single job behind %d of another tenant", FLOOD)
          .isLessThan(1_000);
    }
    assertThat(stillHeldBack()).as("the flood was still there meanwhile").isGreaterThan(50_000);
  }

  /** Through the intake itself, as the HTTP interface does, but for another tenant. */
  private static int flood(Intake intake) throws InterruptedException {
    Ids ids = new Ids();
    Semaphore window = new Semaphore(5_000);
    AtomicInteger stored = new AtomicInteger();
    for (int i = 0; i < FLOOD; i++) {
      window.acquire();
      intake
          .submit(
              new NewJob(
                  ids.next(),
                  "flood",
                  "sleep",
                  "default",
                  Priority.NORMAL,
                  1,
                  60_000,
                  "{\"millis\": 100}",
                  null))
          .whenComplete(
              (answer, error) -> {
                window.release();
                if (answer instanceof Accepted.Stored) {
                  stored.incrementAndGet();
                }
              });
    }
    window.acquire(5_000);
    return stored.get();
  }

  private long stillHeldBack() {
    var stack = installation.stack();
    try (Database database =
        Database.open(
            stack.jdbcUrl(), stack.username(), stack.password(), 2, Duration.ofSeconds(5))) {
      return new BacklogStore(database).queues().stream().mapToLong(BacklogStore.Queue::held).sum();
    }
  }
}
