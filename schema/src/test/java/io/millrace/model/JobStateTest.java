package io.millrace.model;

import static io.millrace.model.JobState.BLOCKED;
import static io.millrace.model.JobState.CANCELLED;
import static io.millrace.model.JobState.FAILED;
import static io.millrace.model.JobState.READY;
import static io.millrace.model.JobState.RUNNING;
import static io.millrace.model.JobState.SCHEDULED;
import static io.millrace.model.JobState.SKIPPED;
import static io.millrace.model.JobState.SUCCEEDED;
import static io.millrace.model.JobState.WAITING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class JobStateTest {
  /** Written out a second time on purpose: a change of the table has to be meant twice. */
  private static final Map<JobState, Set<JobState>> LEGAL =
      Map.of(
          BLOCKED, Set.of(READY, RUNNING, SCHEDULED, WAITING, SKIPPED, CANCELLED, FAILED),
          SCHEDULED, Set.of(READY, BLOCKED, CANCELLED, FAILED),
          READY, Set.of(RUNNING, BLOCKED, CANCELLED, FAILED),
          RUNNING, Set.of(SUCCEEDED, FAILED, CANCELLED, READY, BLOCKED, SCHEDULED, WAITING),
          WAITING, Set.of(READY, BLOCKED, SUCCEEDED, FAILED, CANCELLED),
          SUCCEEDED, Set.of(),
          FAILED, Set.of(READY, BLOCKED),
          CANCELLED, Set.of(),
          SKIPPED, Set.of());

  static Stream<Arguments> everyPair() {
    return Arrays.stream(JobState.values())
        .flatMap(from -> Arrays.stream(JobState.values()).map(to -> Arguments.of(from, to)));
  }

  @ParameterizedTest
  @MethodSource("everyPair")
  void moveTo_anyPair_isAllowedExactlyWhenListed(JobState from, JobState to) {
    if (LEGAL.getOrDefault(from, Set.of()).contains(to)) {
      assertThat(from.moveTo(to)).isEqualTo(to);
    } else {
      assertThatIllegalStateException()
          .isThrownBy(() -> from.moveTo(to))
          .withMessageContaining("from " + from + " to " + to);
    }
  }

  @ParameterizedTest
  @EnumSource
  void next_anyState_isTheListedSetAndUnmodifiable(JobState state) {
    assertThat(state.next()).isEqualTo(LEGAL.get(state));
    assertThatThrownBy(() -> state.next().add(BLOCKED))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void isFinal_allStates_holdsForTheFourEnds() {
    assertThat(Arrays.stream(JobState.values()).filter(JobState::isFinal))
        .containsExactlyInAnyOrder(SUCCEEDED, FAILED, CANCELLED, SKIPPED);
  }

  @ParameterizedTest
  @EnumSource
  void next_finalState_leadsNowhereButToAReplay(JobState state) {
    Set<JobState> replay = state == FAILED ? Set.of(READY, BLOCKED) : Set.of();
    assertThat(state.next().equals(replay)).isEqualTo(state.isFinal());
  }
}
