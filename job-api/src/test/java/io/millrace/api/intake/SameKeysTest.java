package io.millrace.api.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Accepted;
import io.millrace.model.IdempotencyKey;
import io.millrace.model.JobOptions;
import io.millrace.model.JobState;
import io.millrace.model.NewJob;
import io.millrace.model.Priority;
import io.millrace.runtime.Ids;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SameKeysTest {
  private final Ids ids = new Ids();
  private final NewJob keyless = job(null, "x");
  private final NewJob first = job("k", "x");
  private final NewJob same = job("k", "x");
  private final NewJob other = job("k", "y");
  private final UUID before = ids.next();

  @Test
  void distinct_hasOneOfEachKeyAndAllWithoutOne() {
    NewJob alsoKeyless = job(null, "x");
    SameKeys keys = new SameKeys(List.of(keyless, first, same, alsoKeyless, other));
    assertThat(keys.distinct()).containsExactly(keyless, first, alsoKeyless);
  }

  @Test
  void share_firstStored_repeatsItOrRefuses() {
    assertThat(shared(new Accepted.Stored(first.id(), JobState.READY)))
        .containsEntry(same.id(), new Accepted.Repeated(first.id(), JobState.READY))
        .containsEntry(other.id(), new Accepted.KeyReused(first.id()));
  }

  @Test
  void share_firstRepeated_repeatsItOrRefuses() {
    assertThat(shared(new Accepted.Repeated(before, JobState.SCHEDULED)))
        .containsEntry(same.id(), new Accepted.Repeated(before, JobState.SCHEDULED))
        .containsEntry(other.id(), new Accepted.KeyReused(before));
  }

  @Test
  void share_firstRefused_leavesAnotherRequestOpen() {
    for (Accepted refused :
        List.of(new Accepted.KeyReused(before), new Accepted.NoParent(before))) {
      SameKeys keys = new SameKeys(List.of(first, same, other));
      Map<UUID, Accepted> answers = new HashMap<>(Map.of(first.id(), refused));
      assertThat(keys.share(answers)).containsExactly(other);
      assertThat(answers).containsEntry(same.id(), refused).doesNotContainKey(other.id());
    }
  }

  private Map<UUID, Accepted> shared(Accepted ofFirst) {
    SameKeys keys = new SameKeys(List.of(first, same, other));
    Map<UUID, Accepted> answers = new HashMap<>(Map.of(first.id(), ofFirst));
    assertThat(keys.share(answers)).isEmpty();
    return answers;
  }

  private NewJob job(@org.jspecify.annotations.Nullable String key, String hash) {
    NewJob job =
        new NewJob(ids.next(), "t", "echo", "default", Priority.NORMAL, 1, 1_000, "{}", null);
    return key == null ? job : job.with(JobOptions.NONE.with(new IdempotencyKey("op", key, hash)));
  }
}
