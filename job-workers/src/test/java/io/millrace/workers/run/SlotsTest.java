package io.millrace.workers.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.model.Priority;
import io.millrace.runtime.Time;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
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
  void takeBatch_withinThePatience_isWholeAndWokenByRelease() throws Exception {
    slots.overdraw(2);
    assertThat(slots.takeBatch(Priority.HIGH, 2, PATIENCE, 0)).isZero();
    slots.overdraw(1);
    CompletableFuture<Integer> waiting = take(Priority.HIGH, 2);
    slots.release(1);
    slots.release(1);
    assertThat(waiting.get(30, TimeUnit.SECONDS)).isEqualTo(2);
    assertThat(slots.taken()).isEqualTo(3);
  }

  @Test
  void takeBatch_patienceEndsWhileItWaits_getsWhatIsFree() throws Exception {
    slots.overdraw(2);
    assertThat(slots.takeBatch(Priority.HIGH, 3, 50, PATIENCE)).isEqualTo(1);
  }

  @Test
  void takeBatch_afterThePatience_isWokenByTheFirstFreeSlot() throws Exception {
    slots.overdraw(3);
    CompletableFuture<Integer> waiting =
        onThread(() -> slots.takeBatch(Priority.HIGH, 3, 0, PATIENCE));
    slots.release(1);
    assertThat(waiting.get(30, TimeUnit.SECONDS)).isEqualTo(1);
  }

  @Test
  void takeBatch_partOfABatch_beginsThePatienceAnewForAll() throws Exception {
    AtomicLong now = new AtomicLong();
    Slots five = new Slots(5, clock(now));
    now.addAndGet(TimeUnit.MILLISECONDS.toNanos(100));
    assertThat(five.takeBatch(Priority.HIGH, 6, 100, 0)).isEqualTo(5);
    five.release(1);
    assertThat(five.takeBatch(Priority.HIGH, 2, 100, 0)).isZero();
    assertThat(five.takeBatch(Priority.LOW, 2, 100, 0)).isZero();
    now.addAndGet(TimeUnit.MILLISECONDS.toNanos(100));
    assertThat(five.takeBatch(Priority.LOW, 2, 100, 0)).isEqualTo(1);
  }

  /** Another priority's single jobs must not keep the slots of a batch idle for ever. */
  @Test
  void takeSome_doesNotBeginThePatienceAnew() throws Exception {
    AtomicLong now = new AtomicLong();
    Slots five = new Slots(5, clock(now));
    now.addAndGet(TimeUnit.MILLISECONDS.toNanos(100));
    assertThat(five.takeSome(Priority.CRITICAL, 1, 0)).isEqualTo(1);
    assertThat(five.takeBatch(Priority.LOW, 5, 100, 0)).isEqualTo(4);
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
    slots.takeSome(Priority.LOW, 3, 0);
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
                      while (one.takeBatch(priority, 1, PATIENCE, PATIENCE) == 1) {
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

  private CompletableFuture<Integer> take(Priority priority, int count) {
    return onThread(() -> slots.takeBatch(priority, count, PATIENCE, PATIENCE));
  }

  /** Waits on a thread of its own, and has begun to wait when this returns. */
  private static CompletableFuture<Integer> onThread(Callable<Integer> take) {
    CompletableFuture<Integer> taken = new CompletableFuture<>();
    Thread waiter =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    taken.complete(take.call());
                  } catch (Exception e) {
                    taken.completeExceptionally(e);
                  }
                });
    awaitBlocked(List.of(waiter));
    return taken;
  }

  private static Time clock(AtomicLong nanos) {
    return new Time() {
      @Override
      public Instant now() {
        return Instant.EPOCH.plusNanos(nanos.get());
      }

      @Override
      public long nanos() {
        return nanos.get();
      }
    };
  }
}
