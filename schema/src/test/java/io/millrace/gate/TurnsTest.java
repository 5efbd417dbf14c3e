package io.millrace.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.store.BacklogStore.Held;
import io.millrace.store.BacklogStore.Share;
import java.util.List;
import org.junit.jupiter.api.Test;

class TurnsTest {
  @Test
  void deal_floodBesideASingleJob_sharesEqually() {
    Turns.Round round =
        Turns.deal(List.of(held(1, "flood", 500), held(2, "flood", 500), held(3, "single", 1)), 20);
    assertThat(round.shares()).containsExactlyInAnyOrder(new Share(1, 19), new Share(3, 1));
  }

  @Test
  void deal_lessRoomThanTenants_theFirstGetOneEachAndTheNextRoundGoesOn() {
    Turns.Round round = Turns.deal(List.of(held(1, "a", 5), held(2, "b", 5), held(3, "c", 5)), 2);
    assertThat(round.shares()).containsExactly(new Share(1, 1), new Share(2, 1));
    assertThat(round.lastTenant()).isEqualTo("b");
  }

  @Test
  void deal_oneTenant_takesItsRowsInOrderAndCutsTheLast() {
    Turns.Round round = Turns.deal(List.of(held(4, "a", 10), held(7, "a", 10)), 15);
    assertThat(round.shares()).containsExactly(new Share(4, 10), new Share(7, 5));
  }

  @Test
  void deal_moreRoomThanJobs_takesAll() {
    Turns.Round round = Turns.deal(List.of(held(1, "a", 3), held(2, "b", 4)), 1_000);
    assertThat(round.shares().stream().mapToInt(Share::jobs).sum()).isEqualTo(7);
  }

  private static Held held(long id, String tenant, int jobs) {
    return new Held(id, tenant, jobs, 0);
  }
}
