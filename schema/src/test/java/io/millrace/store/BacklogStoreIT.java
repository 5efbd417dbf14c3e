package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Announcement;
import io.millrace.model.ClaimedJob;
import io.millrace.model.JobPointer;
import io.millrace.model.NewJob;
import io.millrace.model.Priority;
import io.millrace.model.RunLimit.Scope;
import io.millrace.store.BacklogStore.Held;
import io.millrace.store.BacklogStore.Share;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** READY jobs that wait for their announcement. */
class BacklogStoreIT {
  private final Stores stores = new Stores();

  @AfterEach
  void sound() {
    stores.assertSound();
  }

  private List<UUID> hold(String tenant, int jobs) throws SQLException {
    List<NewJob> batch = new ArrayList<>();
    for (int i = 0; i < jobs; i++) {
      batch.add(stores.job().tenant(tenant).build());
    }
    stores.submissions.insert(batch, job -> true, Stores.GRACE);
    return batch.stream().map(NewJob::id).toList();
  }

  private List<Held> held(String after) {
    return stores.backlog.held("default", Priority.NORMAL, after);
  }

  private List<UUID> take(Held row, int jobs) throws SQLException {
    return Stores.pointers(stores.backlog.take(List.of(new Share(row.id(), jobs)), Stores.GRACE));
  }

  @Test
  void held_tenantsInOrderFromTheOneAfter() throws SQLException {
    for (String tenant : List.of("c", "a", "b", "a")) {
      hold(tenant, 2);
    }
    stores.job().priority(Priority.LOW).submit();
    assertThat(held("")).extracting(Held::tenant).containsExactly("a", "a", "b", "c");
    assertThat(held("a")).extracting(Held::tenant).containsExactly("b", "c");
    assertThat(held("c")).isEmpty();
    assertThat(stores.backlog.held("elsewhere", Priority.NORMAL, "")).isEmpty();
    assertThat(held("").getFirst().ageMillis()).isBetween(0L, 60_000L);
  }

  @Test
  void held_manyRowsOfOneTenant_hideNobody() throws SQLException {
    for (int i = 0; i < 30; i++) {
      hold("a", 1);
    }
    hold("b", 1);
    assertThat(held("")).hasSize(21);
    assertThat(held("").getLast().tenant()).isEqualTo("b");
  }

  @Test
  void take_partOfARow_leavesTheRest() throws SQLException {
    List<UUID> ids = hold("a", 5);
    Held row = held("").getFirst();
    assertThat(take(row, 2)).containsExactlyElementsOf(ids.subList(0, 2));
    assertThat(held("").getFirst().jobs()).isEqualTo(3);
    assertThat(stores.queues.ready("default", Priority.NORMAL)).isEqualTo(2);
    assertThat(take(row, 99)).containsExactlyElementsOf(ids.subList(2, 5));
    assertThat(held("")).isEmpty();
    assertThat(take(row, 1)).isEmpty();
    assertThat(stores.outbox.waiting()).isEqualTo(2);
  }

  @Test
  void take_jobsThatAreReadyNoLonger_areAnnouncedInVain() throws SQLException {
    List<UUID> ids = hold("a", 3);
    stores.cancels.cancel("a", ids.get(0), null, Stores.GRACE);
    stores.run(ids.get(1));
    assertThat(take(held("").getFirst(), 3)).containsExactlyElementsOf(ids);
    assertThat(held("")).isEmpty();
    assertThat(stores.claim(stores.worker(), ids.toArray(UUID[]::new)).jobs())
        .extracting(ClaimedJob::id)
        .containsExactly(ids.get(2));
  }

  @Test
  void queues_countWhatIsAnnouncedAndWhatIsHeld() throws SQLException {
    hold("a", 3);
    stores.job().submit();
    stores.worker();
    BacklogStore.Queue queue = stores.backlog.queues().getFirst();
    assertThat(queue.ready()).isEqualTo(4);
    assertThat(queue.held()).isEqualTo(3);
    assertThat(queue.announced()).isEqualTo(1);
    assertThat(queue.slots()).isEqualTo(4);
  }

  @Test
  void tenantLoads_countBacklogAndBlocked() throws SQLException {
    hold("a", 3);
    stores.limits.put(Scope.TENANT, "b", 1, null);
    stores.job().tenant("b").submit();
    assertThat(stores.backlog.tenantLoads())
        .containsExactlyInAnyOrder(
            new BacklogStore.TenantLoad("a", "default", 3),
            new BacklogStore.TenantLoad("b", "default", 1));
  }

  @Test
  void take_manyTakersAtOnce_eachJobOnce() throws Exception {
    List<UUID> ids = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      ids.addAll(hold("t" + i % 4, 5));
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      Callable<List<UUID>> taker =
          () -> {
            List<UUID> taken = new ArrayList<>();
            for (List<Held> rows = held(""); !rows.isEmpty(); rows = held("")) {
              List<Share> shares = rows.stream().map(row -> new Share(row.id(), 2)).toList();
              Announcement got = stores.backlog.take(shares, Stores.GRACE);
              taken.addAll(
                  got == null ? List.of() : got.jobs().stream().map(JobPointer::id).toList());
            }
            return taken;
          };
      List<UUID> all = new ArrayList<>();
      for (Future<List<UUID>> future : threads.invokeAll(List.of(taker, taker, taker, taker))) {
        all.addAll(future.get(30, TimeUnit.SECONDS));
      }
      assertThat(all).containsExactlyInAnyOrderElementsOf(ids);
    }
  }
}
