package io.millrace.workers.complete;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.ClaimedJob;
import io.millrace.store.CheckpointStore;
import io.millrace.store.CheckpointStore.Saved;
import io.millrace.workers.complete.CheckpointLoop.Answer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What waits before the start of the loop is one batch. */
class CheckpointLoopIT {
  private final ClaimedJobs jobs = new ClaimedJobs();
  private final CheckpointLoop loop = new CheckpointLoop(new CheckpointStore(jobs.database()), 10);

  @AfterEach
  void stop() {
    loop.close();
    jobs.close();
  }

  @Test
  void save_oneJobTwiceInABatch_keepsTheLater() throws Exception {
    ClaimedJob job = jobs.claim();
    CompletableFuture<Answer> first = loop.save(saved(job, 0, "1"));
    CompletableFuture<Answer> second = loop.save(saved(job, 0, "2"));
    loop.start();
    assertThat(first.get(30, TimeUnit.SECONDS)).isEqualTo(Answer.SAVED);
    assertThat(second.get(30, TimeUnit.SECONDS)).isEqualTo(Answer.SAVED);
    assertThat(loop.find(job.id())).contains("2");
  }

  @Test
  void save_attemptThatIsOver_isToldSo() throws Exception {
    ClaimedJob job = jobs.claim();
    CompletableFuture<Answer> right = loop.save(saved(job, 0, "1"));
    CompletableFuture<Answer> earlier = loop.save(saved(job, -1, "2"));
    loop.start();
    assertThat(right.get(30, TimeUnit.SECONDS)).isEqualTo(Answer.SAVED);
    assertThat(earlier.get(30, TimeUnit.SECONDS)).isEqualTo(Answer.NOT_OURS);
    assertThat(loop.find(job.id())).contains("1");
  }

  @Test
  void save_noJson_isRefusedAlone() throws Exception {
    ClaimedJob good = jobs.claim();
    ClaimedJob bad = jobs.claim();
    CompletableFuture<Answer> refused = loop.save(saved(bad, 0, "{no json"));
    CompletableFuture<Answer> right = loop.save(saved(good, 0, "1"));
    loop.start();
    assertThat(refused.get(30, TimeUnit.SECONDS)).isEqualTo(Answer.REFUSED);
    assertThat(right.get(30, TimeUnit.SECONDS)).isEqualTo(Answer.SAVED);
    assertThat(loop.find(bad.id())).isEmpty();
  }

  private static Saved saved(ClaimedJob job, int attemptMore, String document) {
    return new Saved(job.id(), job.session(), job.attempt() + attemptMore, document);
  }
}
