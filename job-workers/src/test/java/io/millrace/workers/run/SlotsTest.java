package io.millrace.workers.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.model.Priority;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SlotsTest {
  private static final long PATIENCE = 30_000;

  private final Slots slots = new Slots(3);

  @Test
  void takeSome_moreThanFree_getsWhatIsFree() throws Exception {
    assertThat(slots.takeSome(Priority.LOW, 2, 0)).isEqualTo(2);
    assertThat(slots.takeSome(Priority.LOW, 5, 0)).isEqualTo(1);
    assertThat(slots.takeSome(Priority.LOW, 1, 0)).isZero();
    assertThat(slots.taken()).isEqualTo(3);
  }

  @Test
  void takeAll_isWokenByRelease() throws Exception {
    slots.overdraw(3);
    assertThat(slots.takeAll(Priority.HIGH, 2, 0)).isFalse();
    CompletableFuture<Integer> waiting = take(Priority.HIGH, 2);
    slots.release(1);
    slots.release(1);
    assertThat(waiting.get(30, TimeUnit.SECONDS)).isEqualTo(2);
    assertThat(slots.taken()).isEqualTo(3);
  }

  @Test
  void takeFree_moreThanFree_getsWhatIsFree() {
    assertThat(slots.takeFree(Priority.LOW, 2)).isEqualTo(2);
    assertThat(slots.takeFree(Priority.LOW, 2)).isEqualTo(1);
    assertThat(slots.takeFree(Priority.LOW, 2)).isZero();
    slots.overdraw(2);
    assertThat(slots.takeFree(Priority.LOW, 2)).isZero();
    assertThat(slots.taken()).isEqualTo(5);
  }

  @Test
  void takeFree_somebodyWaitsForMoreThanFree_takesNothing() throws Exception {
    slots.overdraw(1);
    CompletableFuture<Integer> waiting = take(Priority.LOW, 3);
    assertThat(slots.takeFree(Priority.CRITICAL, 1)).isZero();
    slots.release(1);
    assertThat(waiting.get(30, TimeUnit.SECONDS)).isEqualTo(3);
  }

  @Test
  void awaitTurn_takesNothing() throws Exception {
    assertThat(slots.awaitTurn(Priority.NORMAL, 0)).isTrue();
    assertThat(slots.taken()).isZero();
    slots.overdraw(3);
    assertThat(slots.awaitTurn(Priority.NORMAL, 0)).isFalse();
  }

  @Test
  void giveBack_freesTheSlots() throws Exception {
    slots.takeAll(Priority.LOW, 3, 0);
    slots.giveBack(Priority.LOW, 2);
    assertThat(slots.taken()).isEqualTo(1);
  }

  @Test
  void free_slotGoesToTheHigherOfTwoThatWait() throws Exception {
    slots.overdraw(3);
    CompletableFuture<Integer> low = take(Priority.LOW, 1);
    CompletableFuture<Integer> critical = take(Priority.CRITICAL, 1);
    slots.release(1);
    assertThat(critical.get(30, TimeUnit.SECONDS)).isEqualTo(1);
    assertThat(low).isNotDone();
    slots.release(1);
    assertThat(low.get(30, TimeUnit.SECONDS)).isEqualTo(1);
  }

  /** Four threads, each with a backlog without end, on one slot that is freed at once. */
  @Test
  void fourBacklogs_onSlotsThatTurnOver_shareThemByWeight() throws Exception {
    Slots one = new Slots(1);
    one.overdraw(1);
    List<Priority> order = Collections.synchronizedList(new ArrayList<>());
    List<Thread> loops = new ArrayList<>();
    for (Priority priority : Priority.values()) {
      loops.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      while (one.takeAll(priority, 1, PATIENCE)) {
                        order.add(priority);
                      }
                    } catch (InterruptedException e) {
                      // The test is over.
                    }
                  }));
    }
    for (int started = 0; started < 300; started++) {
      awaitBlocked(loops);
      one.release(1);
      int now = started;
      await().pollDelay(0, TimeUnit.MILLISECONDS).until(() -> order.size() > now);
    }
    loops.forEach(Thread::interrupt);
    Map<Priority, Integer> counts = new EnumMap<>(Priority.class);
    List.copyOf(order).subList(0, 300).forEach(p -> counts.merge(p, 1, Integer::sum));
    assertThat(counts)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                Priority.CRITICAL, 160, Priority.HIGH, 80, Priority.NORMAL, 40, Priority.LOW, 20));
  }

  private static void awaitBlocked(List<Thread> threads) {
    for (Thread thread : threads) {
      while (thread.getState() != Thread.State.TIMED_WAITING) {
        Thread.onSpinWait();
      }
    }
  }

  /** Waits on a thread of its own, and has begun to wait when this returns. */
  private CompletableFuture<Integer> take(Priority priority, int count) {
    CompletableFuture<Integer> taken = new CompletableFuture<>();
    Thread waiter =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    taken.complete(slots.takeAll(priority, count, PATIENCE) ? count : 0);
                  } catch (InterruptedException e) {
                    taken.completeExceptionally(e);
                  }
                });
    awaitBlocked(List.of(waiter));
    return taken;
  }
}
