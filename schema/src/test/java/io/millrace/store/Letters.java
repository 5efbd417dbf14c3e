package io.millrace.store;

import io.millrace.model.ClaimedJob;
import io.millrace.model.Completion;
import io.millrace.model.ErrorKind;
import io.millrace.model.JobError;
import io.millrace.model.JobOptions;
import io.millrace.model.NewJob;
import io.millrace.model.Outcome;
import io.millrace.model.Priority;
import io.millrace.runtime.Ids;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Jobs in the states that tests of replays need, made by the statements that make them so. */
final class Letters {
  static final Duration GRACE = Duration.ZERO;

  private final Ids ids = new Ids();
  private final SubmitStore submissions;
  private final ClaimStore claims;
  private final CompletionStore completions;
  private final long session;
  private long batch;

  Letters(Database database) {
    this.submissions = new SubmitStore(database);
    this.claims = new ClaimStore(database);
    this.completions = new CompletionStore(database);
    this.session = new WorkerStore(database).register("w", List.of("default"), 1_000);
  }

  /** READY jobs. */
  List<UUID> ready(int count, String type, JobOptions options) throws SQLException {
    List<NewJob> jobs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      jobs.add(
          new NewJob(
              ids.next(), "t", type, "default", Priority.NORMAL, 3, 60_000, "{}", null, options));
    }
    submissions.insert(jobs, job -> false, GRACE);
    return jobs.stream().map(NewJob::id).toList();
  }

  /** Jobs that run under the session. */
  List<ClaimedJob> running(List<UUID> ready) throws SQLException {
    return claims.claim(session, ++batch, ready.stream().sorted().toList(), GRACE).jobs();
  }

  /** Fails jobs that are READY. */
  void fail(List<UUID> ready, ErrorKind kind) throws SQLException {
    List<Completion> failed =
        running(ready).stream()
            .sorted((a, b) -> a.id().compareTo(b.id()))
            .map(
                job ->
                    new Completion(
                        job.id(),
                        job.session(),
                        job.attempt(),
                        new Outcome.Failed(new JobError(kind, "no luck", job.attempt()))))
            .toList();
    completions.complete(failed, List.of(new CompletionStore.FinishedClaim(session, batch)), GRACE);
  }

  /** FAILED jobs. */
  List<UUID> failed(int count, String type, ErrorKind kind, JobOptions options)
      throws SQLException {
    List<UUID> jobs = ready(count, type, options);
    fail(jobs, kind);
    return jobs;
  }

  List<UUID> failed(int count) throws SQLException {
    return failed(count, "echo", ErrorKind.HANDLER, JobOptions.NONE);
  }
}
