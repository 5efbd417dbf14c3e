package io.millrace.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Priority;
import io.millrace.store.BacklogStore.Queue;
import org.junit.jupiter.api.Test;

class PressureTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void holdsBack_windowUsedUpBetweenReadings_holdsTheRest() {
    Pressure pressure = new Pressure();
    pressure.read(queue(0, 0, 10, 0), SECOND);
    for (int i = 0; i < 20; i++) {
      assertThat(pressure.holdsBack()).as("job %d of a window of 20", i).isFalse();
    }
    assertThat(pressure.holdsBack()).isTrue();
    assertThat(pressure.isFull()).isTrue();
  }

  @Test
  void holdsBack_backlogThere_keepsTheOrder() {
    Pressure pressure = new Pressure();
    pressure.read(queue(5, 5, 10, 0), SECOND);
    assertThat(pressure.room()).isEqualTo(20);
    assertThat(pressure.holdsBack()).isTrue();
  }

  @Test
  void read_queueDrainsFast_windowGrowsWithIt() {
    Pressure pressure = new Pressure();
    pressure.read(queue(0, 0, 2, 0), SECOND);
    assertThat(pressure.room()).isEqualTo(Window.SMALLEST);
    for (int i = 1; i <= 20; i++) {
      pressure.read(queue(0, 0, 2, i * 10_000L), SECOND + i * SECOND);
    }
    assertThat(pressure.room()).isBetween(1_900L, 2_000L);
  }

  private static Queue queue(long ready, long held, long slots, long begun) {
    return new Queue("default", Priority.NORMAL, ready, held, slots, begun);
  }
}
