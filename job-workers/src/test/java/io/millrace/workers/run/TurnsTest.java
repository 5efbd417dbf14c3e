package io.millrace.workers.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Priority;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A pool whose jobs end one after the other; each free slot goes to whose turn it is. */
class TurnsTest {
  private final Turns turns = new Turns();
  private final Map<Priority, Integer> started = new EnumMap<>(Priority.class);

  @Test
  void all_backlogged_startByTheirWeights() {
    serve(1_500, 1, Priority.values());
    assertThat(started)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                Priority.CRITICAL,
                800,
                Priority.HIGH,
                400,
                Priority.NORMAL,
                200,
                Priority.LOW,
                100));
  }

  @Test
  void all_backloggedInBatches_startByTheirWeights() {
    serve(150, 64, Priority.values());
    assertThat(started.get(Priority.CRITICAL)).isEqualTo(80 * 64);
    assertThat(started.get(Priority.LOW)).isEqualTo(10 * 64);
  }

  @Test
  void low_besideCritical_getsEveryNinthSlot() {
    serve(900, 1, Priority.CRITICAL, Priority.LOW);
    assertThat(started.get(Priority.LOW)).isEqualTo(100);
  }

  @Test
  void critical_afterALongIdleness_isNextButCannotSaveUp() {
    serve(500, 1, Priority.NORMAL, Priority.LOW);
    started.clear();
    assertThat(next(Priority.values())).isEqualTo(Priority.CRITICAL);
    serve(150, 1, Priority.CRITICAL, Priority.NORMAL, Priority.LOW);
    assertThat(started.get(Priority.LOW)).isBetween(12, 15);
  }

  @Test
  void critical_thatComesAndGoes_neverWaitsForMoreThanTheSlotInUse() {
    for (int i = 0; i < 200; i++) {
      serve(7, 1, Priority.HIGH, Priority.NORMAL, Priority.LOW);
      assertThat(next(Priority.values())).as("round " + i).isEqualTo(Priority.CRITICAL);
      serve(1, 1, Priority.values());
      turns.idle(Priority.CRITICAL);
    }
  }

  @Test
  void unusedSlots_areNoShare() {
    for (int i = 0; i < 400; i++) {
      Priority first = next(Priority.CRITICAL, Priority.LOW);
      turns.took(first, 4);
      // Low finds work for one slot of four.
      int used = first == Priority.LOW ? 1 : 4;
      turns.gaveBack(first, 4 - used);
      started.merge(first, used, Integer::sum);
    }
    assertThat((double) started(Priority.CRITICAL) / started(Priority.LOW)).isBetween(7.5, 8.5);
  }

  private int started(Priority priority) {
    return started.getOrDefault(priority, 0);
  }

  private void serve(int times, int slots, Priority... backlogged) {
    for (int i = 0; i < times; i++) {
      Priority first = next(backlogged);
      turns.took(first, slots);
      started.merge(first, slots, Integer::sum);
    }
  }

  /** All wait, the first one goes, the others keep waiting. */
  private Priority next(Priority... backlogged) {
    List<Priority> waiting = Arrays.asList(backlogged);
    waiting.forEach(turns::join);
    Priority first = waiting.stream().filter(turns::isFirst).findFirst().orElseThrow();
    assertThat(waiting.stream().filter(turns::isFirst)).hasSize(1);
    waiting.forEach(turns::leave);
    return first;
  }
}
