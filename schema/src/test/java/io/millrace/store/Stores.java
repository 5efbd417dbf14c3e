package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Announcement;
import io.millrace.model.ClaimedJob;
import io.millrace.model.Completion;
import io.millrace.model.ErrorKind;
import io.millrace.model.IdempotencyKey;
import io.millrace.model.JobError;
import io.millrace.model.JobEvent;
import io.millrace.model.JobOptions;
import io.millrace.model.JobState;
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
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Every store on one emptied database, and the moves that tests make with them. */
final class Stores {
  /** Rows of the outbox are overdue at once. */
  static final Duration GRACE = Duration.ZERO;

  final Database database;
  final Ids ids = new Ids();
  final JobStore jobs;
  final SubmitStore submissions;
  final ClaimStore claims;
  final CompletionStore completions;
  final WorkerStore workers;
  final ReapStore reaper;
  final TimerStore timers;
  final CancelStore cancels;
  final LimitStore limits;
  final BacklogStore backlog;
  final EventStore events;
  final ProgressStore progress;
  final OutboxStore outbox;
  final QueueStore queues;
  final InvariantStore invariants;
  final QuarantineStore lane;
  final RetryStore retries;
  private long batch;

  Stores() {
    this(TestDatabase.clean());
  }

  Stores(Database database) {
    this.database = database;
    jobs = new JobStore(database);
    submissions = new SubmitStore(database);
    claims = new ClaimStore(database);
    completions = new CompletionStore(database);
    workers = new WorkerStore(database);
    reaper = new ReapStore(database);
    timers = new TimerStore(database);
    cancels = new CancelStore(database);
    limits = new LimitStore(database);
    backlog = new BacklogStore(database);
    events = new EventStore(database);
    progress = new ProgressStore(database);
    outbox = new OutboxStore(database);
    queues = new QueueStore(database);
    invariants = new InvariantStore(database);
    lane = new QuarantineStore(database);
    retries = new RetryStore(database);
  }

  /** All invariants hold, before the counters are folded and after. */
  void assertSound() {
    assertThat(invariants.broken()).isEmpty();
    queues.fold();
    assertThat(invariants.broken()).isEmpty();
  }

  Spec job() {
    return new Spec(this);
  }

  /** A submission in the making. */
  static final class Spec {
    private final Stores stores;
    UUID id;
    String tenant = "t";
    String type = "echo";
    Priority priority = Priority.NORMAL;
    int maxAttempts = 3;
    String payload = "{\"value\": \"x\"}";
    @Nullable Instant runAt;
    @Nullable Long delay;
    @Nullable Instant deadline;
    @Nullable Long queueTimeout;
    @Nullable UUID parent;
    @Nullable IdempotencyKey key;
    @Nullable String labels;

    Spec(Stores stores) {
      this.stores = stores;
      this.id = stores.ids.next();
    }

    Spec id(UUID value) {
      id = value;
      return this;
    }

    Spec tenant(String value) {
      tenant = value;
      return this;
    }

    Spec type(String value) {
      type = value;
      return this;
    }

    Spec priority(Priority value) {
      priority = value;
      return this;
    }

    Spec attempts(int value) {
      maxAttempts = value;
      return this;
    }

    Spec payload(String value) {
      payload = value;
      return this;
    }

    Spec runAt(Instant value) {
      runAt = value;
      return this;
    }

    Spec delay(Duration value) {
      delay = value.toMillis();
      return this;
    }

    Spec deadline(Instant value) {
      deadline = value;
      return this;
    }

    Spec queueTimeout(Duration value) {
      queueTimeout = value.toMillis();
      return this;
    }

    Spec parent(UUID value) {
      parent = value;
      return this;
    }

    Spec labels(String value) {
      labels = value;
      return this;
    }

    Spec key(String name, String hash) {
      key = new IdempotencyKey("POST /v1/jobs", name, hash);
      return this;
    }

    NewJob build() {
      return new NewJob(
          id,
          tenant,
          type,
          "default",
          priority,
          maxAttempts,
          60_000,
          payload,
          null,
          new JobOptions(
              runAt, delay, deadline, queueTimeout, null, null, labels, parent, null, key));
    }

    UUID submit() throws SQLException {
      NewJob job = build();
      stores.submit(List.of(job));
      return job.id();
    }
  }

  SubmitStore.Submitted submit(List<NewJob> batch) throws SQLException {
    return submissions.insert(batch, job -> false, GRACE);
  }

  long worker() {
    return workers.register("w", List.of("default"), 4);
  }

  /** A batch number nobody used. */
  long nextBatch() {
    return ++batch;
  }

  ClaimStore.Claimed claim(long session, UUID... ids) throws SQLException {
    return claims.claim(session, nextBatch(), List.of(ids), GRACE);
  }

  /** Claims one job under a new session. */
  ClaimedJob run(UUID id) throws SQLException {
    return claim(worker(), id).jobs().getFirst();
  }

  CompletionStore.Recorded complete(ClaimedJob job, Outcome outcome) throws SQLException {
    return completions.complete(
        List.of(new Completion(job.id(), job.session(), job.attempt(), outcome)), List.of(), GRACE);
  }

  CompletionStore.Recorded succeed(ClaimedJob job) throws SQLException {
    return complete(job, new Outcome.Succeeded("1"));
  }

  static JobError error(ClaimedJob job) {
    return new JobError(ErrorKind.HANDLER, "boom", job.attempt());
  }

  /** Declares every session dead and takes its jobs back. */
  ReapStore.Reaped reapAll() throws SQLException {
    workers.expire(Duration.ofMillis(-1000));
    return reaper.reap(1000, GRACE);
  }

  LimitStore.Admitted admit() throws SQLException {
    return limits.admit(Admitting::decide, GRACE);
  }

  CancelStore.Cancelled cancel(UUID id) throws SQLException {
    return cancels.cancel("t", id, "because", GRACE);
  }

  JobView view(UUID id) {
    return jobs.find("t", id).orElseThrow();
  }

  /** Why a job failed. */
  ErrorKind failure(UUID id) {
    return java.util.Objects.requireNonNull(view(id).error()).kind();
  }

  JobState state(UUID id) {
    return JobState.valueOf(
        database.dsl().fetchSingle("SELECT state FROM job WHERE id = ?", id).get(0, String.class));
  }

  List<String> kinds(UUID id) throws SQLException {
    return events.after("t", id, 0, 10_000).stream().map(JobEvent::kind).toList();
  }

  long count(String table) {
    return database.dsl().fetchSingle("SELECT count(*) FROM " + table).get(0, Long.class);
  }

  /** Moves everything stored back by so much: as if that time had passed. */
  void pass(Duration time) {
    String by = " - interval '" + time.toMillis() + " milliseconds'";
    database
        .dsl()
        .transaction(
            tx -> {
              tx.dsl()
                  .execute(
                      "UPDATE job SET run_at = run_at"
                          + by
                          + ", deadline = deadline"
                          + by
                          + ", ready_at = ready_at"
                          + by
                          + ", started_at = started_at"
                          + by);
              tx.dsl().execute("UPDATE job_timer SET run_at = run_at" + by);
              tx.dsl().execute("UPDATE worker SET beat_at = beat_at" + by);
              tx.dsl().execute("UPDATE permit SET free_at = free_at" + by);
              tx.dsl().execute("UPDATE idempotency_key SET expires_at = expires_at" + by);
              tx.dsl().execute("UPDATE outbox SET due_at = due_at" + by);
            });
  }

  void announceType(String name, WorkerDeath onWorkerDeath) {
    new TypeStore(database)
        .announce(
            List.of(
                new JobType(
                    name, 1, Workload.IO, "default", 3, 60_000, "{}", onWorkerDeath, null, null)));
  }

  static List<UUID> pointers(@Nullable Announcement announcement) {
    return announcement == null
        ? List.of()
        : announcement.jobs().stream().map(io.millrace.model.JobPointer::id).toList();
  }
}
