package io.millrace.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.JobState;
import io.millrace.model.StoredResult;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KeepableTest {
  private static final Set<JobState> KEPT =
      EnumSet.of(JobState.SUCCEEDED, JobState.CANCELLED, JobState.SKIPPED);

  @ParameterizedTest
  @EnumSource(JobState.class)
  void state_onlyThoseThatNothingLeadsOutOf_areKept(JobState state) {
    assertThat(Keepable.state(state)).isEqualTo(KEPT.contains(state));
    assertThat(Keepable.status(Samples.job(Samples.ID, state))).isEqualTo(KEPT.contains(state));
    assertThat(Keepable.result(new StoredResult(state, null, null)))
        .isEqualTo(KEPT.contains(state));
  }

  @Test
  void status_progressMayStillCome_isNotKept() {
    assertThat(
            Keepable.status(
                Samples.job(
                    Samples.ID,
                    JobState.SUCCEEDED,
                    Samples.FINISHED,
                    Keepable.SETTLED.minusNanos(1))))
        .isFalse();
  }
}
