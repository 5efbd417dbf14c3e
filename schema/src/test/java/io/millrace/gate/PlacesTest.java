package io.millrace.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Priority;
import io.millrace.model.RunLimit;
import io.millrace.model.RunLimit.Scope;
import io.millrace.store.LimitStore.Decision;
import io.millrace.store.LimitStore.Place;
import io.millrace.store.LimitStore.Used;
import io.millrace.store.LimitStore.Waiting;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PlacesTest {
  @Test
  void decide_fewerPlacesThanJobs_takesTheMostUrgentAndOldest() {
    Decision decision =
        Places.decide(
            List.of(running(1, Scope.TYPE, "call", 3, 1)),
            List.of(
                waiting(1, "a", Priority.LOW, 1),
                waiting(2, "a", Priority.NORMAL, 2),
                waiting(3, "a", Priority.HIGH, 3)));
    assertThat(decision.jobs()).containsExactly(id(3), id(2));
    assertThat(decision.places())
        .containsExactly(new Place(1, false, id(3)), new Place(1, false, id(2)));
  }

  @Test
  void decide_twoTenantsUnderOneLimit_takesThemInTurn() {
    Decision decision =
        Places.decide(
            List.of(running(1, Scope.TYPE, "call", 2, 0)),
            List.of(
                waiting(1, "flood", Priority.NORMAL, 1),
                waiting(2, "flood", Priority.NORMAL, 2),
                waiting(3, "flood", Priority.NORMAL, 3),
                waiting(9, "single", Priority.NORMAL, 1)));
    assertThat(decision.jobs()).containsExactly(id(1), id(9));
  }

  @Test
  void decide_oneOfTwoLimitsFull_admitsNobody() {
    List<Used> used =
        List.of(running(1, Scope.TYPE, "call", 5, 0), running(2, Scope.TENANT, "a", 1, 1));
    Decision decision =
        Places.decide(
            used,
            List.of(waiting(1, "a", Priority.NORMAL, 1), waiting(2, "b", Priority.NORMAL, 1)));
    assertThat(decision.jobs()).containsExactly(id(2));
    assertThat(decision.places()).containsExactly(new Place(1, false, id(2)));
  }

  @Test
  void decide_rateUsedUp_waitsAlthoughPlacesAreFree() {
    Used used = new Used(new RunLimit(1, Scope.TYPE, "call", 10, 3, 1_000L), 0, 3, 400L);
    assertThat(Places.decide(List.of(used), List.of(waiting(1, "a", Priority.HIGH, 1))).jobs())
        .isEmpty();
  }

  @Test
  void decide_bothKindsOfOneLimit_takesAPlaceOfEach() {
    Used used = new Used(new RunLimit(1, Scope.TYPE, "call", 10, 3, 1_000L), 0, 2, null);
    Decision decision =
        Places.decide(
            List.of(used),
            List.of(waiting(1, "a", Priority.HIGH, 1), waiting(2, "a", Priority.HIGH, 2)));
    assertThat(decision.places())
        .containsExactly(new Place(1, false, id(1)), new Place(1, true, id(1)));
  }

  @Test
  void decide_limitLifted_admitsWithoutAPlace() {
    Decision decision = Places.decide(List.of(), List.of(waiting(1, "a", Priority.LOW, 1)));
    assertThat(decision.jobs()).containsExactly(id(1));
    assertThat(decision.places()).isEmpty();
  }

  @Test
  void decide_limitLoweredBelowWhatRuns_admitsNobody() {
    assertThat(
            Places.decide(
                    List.of(running(1, Scope.TYPE, "call", 2, 7)),
                    List.of(waiting(1, "a", Priority.CRITICAL, 1)))
                .jobs())
        .isEmpty();
  }

  private static Used running(
      int limit, Scope scope, String subject, @Nullable Integer most, int now) {
    return new Used(new RunLimit(limit, scope, subject, most, null, null), now, 0, null);
  }

  private static Waiting waiting(int id, String tenant, Priority priority, int rank) {
    return new Waiting(id(id), tenant, "call", priority, rank);
  }

  private static UUID id(int id) {
    return new UUID(0, id);
  }
}
