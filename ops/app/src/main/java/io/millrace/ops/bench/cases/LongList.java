package io.millrace.ops.bench.cases;

import io.millrace.model.NewJob;
import io.millrace.model.Priority;
import io.millrace.model.Tenant;
import io.millrace.runtime.Ids;
import io.millrace.store.Database;
import io.millrace.store.SubmitStore;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Writes many waiting jobs at once, by the statement of the intake and in batches of 1,000. Nobody
 * is told of them, and while no worker runs none is taken up.
 */
final class LongList {
  private static final int BATCH = 1_000;
  private static final int MAX_ATTEMPTS = 3;
  private static final long TIMEOUT_MILLIS = 60_000;

  /** Longer than any case: no relay takes their announcement up. */
  private static final Duration GRACE = Duration.ofHours(1);

  private final SubmitStore store;
  private final Ids ids = new Ids();

  LongList(Database database) {
    this.store = new SubmitStore(database);
  }

  /**
   * Writes so many.
   *
   * @param written told how many so far
   */
  void write(long jobs, LongConsumer written) throws SQLException {
    for (long done = 0; done < jobs; done += BATCH) {
      List<NewJob> batch = new ArrayList<>(BATCH);
      for (long i = done; i < Math.min(jobs, done + BATCH); i++) {
        batch.add(job());
      }
      store.insert(batch, job -> false, GRACE);
      written.accept(done);
    }
  }

  private NewJob job() {
    return new NewJob(
        ids.next(),
        Tenant.DEFAULT,
        "echo",
        Rig.POOL,
        Priority.NORMAL,
        MAX_ATTEMPTS,
        TIMEOUT_MILLIS,
        "{\"value\":1}",
        null);
  }
}
