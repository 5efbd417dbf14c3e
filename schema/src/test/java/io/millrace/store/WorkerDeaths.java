package io.millrace.store;

import io.millrace.model.ClaimedJob;
import io.millrace.model.Completion;
import io.millrace.model.JobOptions;
import io.millrace.model.JobType;
import io.millrace.model.JobView;
import io.millrace.model.NewJob;
import io.millrace.model.Outcome;
import io.millrace.model.Priority;
import io.millrace.model.WorkerDeath;
import io.millrace.model.Workload;
import io.millrace.runtime.Ids;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Jobs and the workers that die while they run them, by the statements alone. */
final class WorkerDeaths {
  static final Duration GRACE = Duration.ZERO;
  static final String TENANT = "t";

  final Database database = TestDatabase.clean();
  final WorkerStore workers = new WorkerStore(database);
  final ClaimStore claims = new ClaimStore(database);
  final CompletionStore completions = new CompletionStore(database);
  final ReapStore reaper = new ReapStore(database);
  final QuarantineStore lane = new QuarantineStore(database);
  private final SubmitStore submissions = new SubmitStore(database);
  private final JobStore jobs = new JobStore(database);
  private final Ids ids = new Ids();
  private final AtomicLong batches = new AtomicLong();

  /** Has the type's workers' death answered so; the type is not known without it. */
  void announce(String type, WorkerDeath onDeath) {
    new TypeStore(database)
        .announce(
            List.of(
                new JobType(
                    type, 1, Workload.IO, "default", 3, 60_000, "{}", onDeath, null, null)));
  }

  NewJob job(String type, int maxAttempts, JobOptions options) {
    return new NewJob(
        ids.next(),
        TENANT,
        type,
        "default",
        Priority.NORMAL,
        maxAttempts,
        60_000,
        "{}",
        null,
        options);
  }

  NewJob insert(String type, int maxAttempts) throws SQLException {
    NewJob job = job(type, maxAttempts, JobOptions.NONE);
    insert(List.of(job));
    return job;
  }

  void insert(List<NewJob> batch) throws SQLException {
    submissions.insert(batch, job -> false, GRACE);
  }

  long open() {
    return workers.register("w", List.of("default"), 4);
  }

  long openLane(String name) {
    return workers.register(name, List.of(), 1, true);
  }

  List<ClaimedJob> claim(long session, List<NewJob> batch) throws SQLException {
    return claims
        .claim(session, batch(), batch.stream().map(NewJob::id).sorted().toList(), GRACE)
        .jobs();
  }

  ClaimedJob claim(NewJob job) throws SQLException {
    return claim(open(), List.of(job)).getFirst();
  }

  /** The next job of the lane, if it may run now. */
  @Nullable ClaimedJob claimLane(long session) throws SQLException {
    return lane.claim(session, batch(), List.of("echo", "sleep"), GRACE).job();
  }

  int laneLength() throws SQLException {
    return lane.look(List.of()).length();
  }

  long batch() {
    return batches.incrementAndGet();
  }

  /** Declares every session that lives dead. */
  void killAll() {
    workers.expire(Duration.ofSeconds(-1));
  }

  ReapStore.Reaped reap() throws SQLException {
    return reaper.reap(1_000, GRACE);
  }

  /** A job whose workers have died twice: it waits in the lane. */
  NewJob poisoned(String type, int maxAttempts) throws SQLException {
    NewJob job = insert(type, maxAttempts);
    for (int i = 0; i < 2; i++) {
      claim(job);
      killAll();
      reap();
    }
    return job;
  }

  CompletionStore.Recorded complete(ClaimedJob job, Outcome outcome) throws SQLException {
    return completions.complete(
        List.of(new Completion(job.id(), job.session(), job.attempt(), outcome)),
        List.of(new CompletionStore.FinishedClaim(job.session(), claimOf(job))),
        GRACE);
  }

  /** The number of the claim that holds the job. */
  private long claimOf(ClaimedJob job) {
    return count(
        "SELECT coalesce(max(batch), 0) FROM claim WHERE '%s' = ANY (job_ids)".formatted(job.id()));
  }

  JobView view(NewJob job) {
    return jobs.find(TENANT, job.id()).orElseThrow();
  }

  /** The state of all permits of a limit and such; one value. */
  long count(String sql) {
    return database.dsl().fetchSingle(sql).get(0, Long.class);
  }

  void assertInvariants() {
    List<String> broken = new InvariantStore(database).broken();
    if (!broken.isEmpty()) {
      throw new AssertionError(String.join("\n", broken));
    }
  }
}
