package io.millrace.workers.complete;

import io.millrace.local.LocalStack;
import io.millrace.local.SharedLocalStack;
import io.millrace.model.ClaimedJob;
import io.millrace.model.NewJob;
import io.millrace.model.Priority;
import io.millrace.runtime.Ids;
import io.millrace.store.ClaimStore;
import io.millrace.store.Database;
import io.millrace.store.SubmitStore;
import io.millrace.store.WorkerStore;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** A database with jobs that a session holds, for the loops that write about them. */
final class ClaimedJobs implements AutoCloseable {
  private final LocalStack stack = SharedLocalStack.get();
  private final Database database =
      Database.open(stack.jdbcUrl(), stack.username(), stack.password(), 5, Duration.ofSeconds(5));
  private final Ids ids = new Ids();

  ClaimedJobs() {
    database.migrate();
  }

  Database database() {
    return database;
  }

  /** A new job, RUNNING. */
  ClaimedJob claim() throws SQLException {
    NewJob job = new NewJob(ids.next(), "t", "x", "default", Priority.LOW, 3, 1_000, "{}", null);
    new SubmitStore(database).insert(List.of(job), any -> false, Duration.ofMinutes(1));
    long session = new WorkerStore(database).register("w", List.of("default"), 4);
    return new ClaimStore(database)
        .claim(session, 1, List.of(job.id()), Duration.ofMinutes(1))
        .jobs()
        .getFirst();
  }

  @Override
  public void close() {
    database.close();
  }
}
