package io.millrace.workers.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SlotsTest {
  private final Slots slots = new Slots(3);

  @Test
  void take_moreThanFree_getsWhatIsFree() throws Exception {
    assertThat(slots.take(2, 0)).isEqualTo(2);
    assertThat(slots.take(5, 0)).isEqualTo(1);
    assertThat(slots.take(1, 0)).isZero();
    assertThat(slots.taken()).isEqualTo(3);
  }

  @Test
  void awaitFree_isWokenByRelease() throws Exception {
    slots.take(3, 0);
    assertThat(slots.awaitFree(2, 0)).isFalse();
    CompletableFuture<Boolean> waiting =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return slots.awaitFree(2, 30_000);
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    slots.release(1);
    slots.release(1);
    assertThat(waiting.get()).isTrue();
  }
}
