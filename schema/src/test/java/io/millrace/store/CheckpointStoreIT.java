package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.ClaimedJob;
import io.millrace.model.Completion;
import io.millrace.model.NewJob;
import io.millrace.model.Outcome;
import io.millrace.model.Priority;
import io.millrace.runtime.Ids;
import io.millrace.store.CheckpointStore.Saved;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CheckpointStoreIT {
  private static final Duration GRACE = Duration.ZERO;

  private final Database database = TestDatabase.clean();
  private final CheckpointStore checkpoints = new CheckpointStore(database);
  private final Ids ids = new Ids();

  @AfterEach
  void invariantsHold() {
    assertThat(new InvariantStore(database).broken()).isEmpty();
  }

  @Test
  void save_runningAttempts_keepsTheLatestOfEachJob() throws SQLException {
    ClaimedJob first = claimed();
    ClaimedJob second = claimed();
    assertThat(checkpoints.save(List.of(saved(first, "{\"at\": 1}"), saved(second, "2"))))
        .containsExactlyInAnyOrder(first.id(), second.id());
    assertThat(checkpoints.save(List.of(saved(first, "{\"at\": 3}")))).containsExactly(first.id());
    assertThat(checkpoints.find(first.id())).contains("{\"at\": 3}");
    assertThat(checkpoints.find(second.id())).contains("2");
  }

  @Test
  void save_otherSessionOrAttempt_writesNothing() throws SQLException {
    ClaimedJob job = claimed();
    assertThat(
            checkpoints.save(
                List.of(new Saved(job.id(), job.session() + 1, job.attempt(), "\"session\""))))
        .isEmpty();
    assertThat(
            checkpoints.save(
                List.of(new Saved(job.id(), job.session(), job.attempt() + 1, "\"attempt\""))))
        .isEmpty();
    assertThat(checkpoints.find(job.id())).isEmpty();
  }

  @Test
  void save_afterTheOutcome_writesNothing() throws SQLException {
    ClaimedJob job = claimed();
    checkpoints.save(List.of(saved(job, "1")));
    new CompletionStore(database)
        .complete(
            List.of(
                new Completion(
                    job.id(),
                    job.session(),
                    job.attempt(),
                    new Outcome.HandedBack(Duration.ZERO, "why"))),
            List.of(new CompletionStore.FinishedClaim(job.session(), 1)),
            GRACE);
    assertThat(checkpoints.save(List.of(saved(job, "2")))).isEmpty();
    assertThat(checkpoints.find(job.id())).contains("1");
  }

  private static Saved saved(ClaimedJob job, String document) {
    return new Saved(job.id(), job.session(), job.attempt(), document);
  }

  private ClaimedJob claimed() throws SQLException {
    NewJob job =
        new NewJob(ids.next(), "t", "echo", "default", Priority.NORMAL, 3, 60_000, "{}", null);
    new SubmitStore(database).insert(List.of(job), any -> false, GRACE);
    long session = new WorkerStore(database).register("w", List.of("default"), 4);
    return new ClaimStore(database).claim(session, 1, List.of(job.id()), GRACE).jobs().getFirst();
  }
}
