package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Announcement;
import io.millrace.model.JobPointer;
import io.millrace.model.NewJob;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Batches on their way to Kafka. */
class OutboxStoreIT {
  private final Stores stores = new Stores();

  @AfterEach
  void sound() {
    stores.assertSound();
  }

  @Test
  void take_withinTheGrace_leavesTheRowToItsWriter() throws SQLException {
    NewJob job = stores.job().build();
    stores.submissions.insert(List.of(job), j -> false, Duration.ofMinutes(1));
    assertThat(stores.outbox.take(10, Duration.ofMinutes(1))).isEmpty();
    stores.pass(Duration.ofMinutes(1));
    assertThat(stores.outbox.take(10, Duration.ofMinutes(1))).hasSize(1);
    assertThat(stores.outbox.take(10, Duration.ofMinutes(1))).isEmpty();
    stores.pass(Duration.ofMinutes(1));
    assertThat(stores.outbox.take(10, Duration.ofMinutes(1))).hasSize(1);
  }

  @Test
  void take_oldestFirst_atMostTheLimit() throws SQLException {
    UUID first = stores.job().submit();
    UUID second = stores.job().submit();
    stores.job().submit();
    List<Announcement> taken = stores.outbox.take(2, Duration.ofMinutes(1));
    assertThat(taken)
        .flatExtracting(Announcement::jobs)
        .extracting(JobPointer::id)
        .containsExactly(first, second);
  }

  @Test
  void take_rowWhoseJobsAreGone_comesEmptyToBeDeleted() throws SQLException {
    stores.cancel(stores.job().submit());
    List<Announcement> taken = stores.outbox.take(10, Duration.ofMinutes(1));
    assertThat(taken).hasSize(1);
    assertThat(taken.getFirst().jobs()).isEmpty();
    stores.outbox.delete(List.of(taken.getFirst().outboxId()));
    assertThat(stores.outbox.waiting()).isZero();
  }

  @Test
  void take_severalRelaysAtOnce_eachRowOnce() throws Exception {
    for (int i = 0; i < 60; i++) {
      stores.job().submit();
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      Callable<List<Long>> relay =
          () -> {
            List<Long> rows = new ArrayList<>();
            List<Announcement> taken;
            do {
              taken = stores.outbox.take(7, Duration.ofMinutes(1));
              taken.forEach(a -> rows.add(a.outboxId()));
            } while (!taken.isEmpty());
            return rows;
          };
      List<Long> all = new ArrayList<>();
      for (Future<List<Long>> future : threads.invokeAll(List.of(relay, relay, relay, relay))) {
        all.addAll(future.get(30, TimeUnit.SECONDS));
      }
      Set<Long> once = new HashSet<>(all);
      assertThat(all).hasSize(once.size());
      // Those skipped because another relay held them come again when their time is up.
      assertThat(once.size()).isEqualTo(60);
    }
  }
}
