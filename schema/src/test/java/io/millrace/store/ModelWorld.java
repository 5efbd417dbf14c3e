package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Accepted;
import io.millrace.model.Announcement;
import io.millrace.model.ClaimedJob;
import io.millrace.model.Completion;
import io.millrace.model.JobEvent;
import io.millrace.model.JobState;
import io.millrace.model.NewJob;
import io.millrace.model.Outcome;
import io.millrace.model.Priority;
import io.millrace.model.RunLimit.Scope;
import io.millrace.model.WorkerDeath;
import io.millrace.store.JobModel.Job;
import io.millrace.store.JobModel.Key;
import io.millrace.store.JobModel.Limit;
import io.millrace.store.JobModel.Permit;
import io.millrace.store.LimitStore.Decision;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The stores and the model side by side, and the steps that change both. In place of Kafka there is
 * a list of pointers that may lose and repeat; in place of time, stored times are moved back.
 */
final class ModelWorld {
  private static final List<String> TENANTS = List.of("t", "u");
  private static final List<String> TYPES = List.of("echo", "fail", "ask");
  private static final int MOST_OPEN = 60;
  private static final Duration LEASE = Duration.ofSeconds(3);
  private static final Duration HALF_HOUR = Duration.ofMinutes(30);

  /** A worker process; one that is away neither beats nor knows what happens. */
  private static final class Worker {
    final long session;
    final Map<UUID, ClaimedJob> running = new TreeMap<>();
    final Map<Long, Set<UUID>> batches = new HashMap<>();
    boolean away;
    boolean draining;

    Worker(long session) {
      this.session = session;
    }
  }

  final Stores stores;
  final JobModel model =
      new JobModel(
          Map.of("echo", WorkerDeath.RETRY, "fail", WorkerDeath.FAIL, "ask", WorkerDeath.ASK));
  final List<String> log = new ArrayList<>();
  private final Random random;
  private final List<UUID> pointers = new ArrayList<>();
  private final List<Worker> workers = new ArrayList<>();
  private final Map<UUID, Set<Integer>> published = new HashMap<>();

  /** Sessions that have ended and may still hold jobs: whether they died. */
  private final Map<Long, Boolean> ended = new HashMap<>();

  ModelWorld(Stores stores, Random random) {
    this.stores = stores;
    this.random = random;
    model.types.forEach(stores::announceType);
  }

  // ---- steps ---------------------------------------------------------------------------------

  void step() throws SQLException {
    switch (random.nextInt(29)) {
      case 0, 1, 2, 3 -> submit();
      case 4, 5, 6, 7 -> claim();
      case 8, 9, 10, 11 -> complete();
      case 12 -> cancel();
      case 13 -> promote(random.nextBoolean());
      case 14 -> expire();
      case 15, 16 -> pass(1 + random.nextInt(3));
      case 17 -> reap();
      case 18 -> admit();
      case 19 -> relay();
      case 20 -> release();
      case 21 -> changeLimit();
      case 22 -> changeWorkers();
      case 23 -> report();
      case 25 -> lane();
      case 26 -> retry();
      case 27 -> resolve();
      case 24 -> sweep(any(List.of(Priority.values())), 20);
      default -> upkeep();
    }
  }

  private void submit() throws SQLException {
    if (model.jobs.values().stream().filter(Job::open).count() > MOST_OPEN) {
      return;
    }
    List<NewJob> batch = new ArrayList<>();
    Set<String> keys = new HashSet<>();
    for (int i = random.nextInt(5); i >= 0; i--) {
      Stores.Spec spec = spec();
      if (spec.key == null || keys.add(spec.tenant + spec.key.key())) {
        batch.add(spec.build());
      }
    }
    Set<UUID> held =
        batch.stream()
            .map(NewJob::id)
            .filter(id -> random.nextInt(3) == 0)
            .collect(Collectors.toSet());
    SubmitStore.Submitted submitted =
        stores.submissions.insert(batch, job -> held.contains(job.id()), Stores.GRACE);
    log.add("submit " + batch.stream().map(ModelWorld::shown).toList() + " held " + held.size());
    List<Accepted> expected = batch.stream().map(this::accept).toList();
    assertThat(submitted.answers()).isEqualTo(expected);
    // As all that is due: half an hour before the hour.
    stores
        .database
        .dsl()
        .execute(
            "UPDATE idempotency_key SET expires_at = expires_at - interval '30 minutes'"
                + " WHERE expires_at > now() + interval '23 hours 45 minutes'");
    deliver(submitted.announcement());
    if (random.nextInt(4) == 0) {
      // The commit was in doubt; nothing more may come of sending it again.
      log.add("submit the same again");
      assertThat(stores.submit(batch).announcement()).isNull();
    }
  }

  private Stores.Spec spec() {
    Stores.Spec spec =
        stores
            .job()
            .tenant(any(TENANTS))
            .type(any(TYPES))
            .priority(any(List.of(Priority.values())))
            .attempts(1 + random.nextInt(4));
    if (random.nextInt(3) == 0) {
      spec.delay(due(random.nextInt(3)));
    }
    if (random.nextInt(5) == 0) {
      spec.deadline = java.time.Instant.now().plus(due(1 + random.nextInt(6)));
    }
    if (random.nextInt(5) == 0) {
      int start = spec.delay == null ? 0 : (int) (spec.delay / 3_600_000 + 1);
      spec.queueTimeout(
          Duration.ofHours(1 + random.nextInt(3)).minus(start > 0 ? Duration.ZERO : HALF_HOUR));
    }
    if (random.nextInt(4) == 0 && !model.jobs.isEmpty()) {
      spec.parent(any(model.jobs.keySet()));
    }
    if (random.nextInt(3) == 0) {
      spec.key("k" + random.nextInt(6), random.nextInt(4) == 0 ? "bb" : "aa");
    }
    return spec;
  }

  private static Duration due(int hours) {
    return hours == 0 ? Duration.ZERO : Duration.ofHours(hours).minus(HALF_HOUR);
  }

  private static int hours(@Nullable Long millis) {
    return millis == null || millis == 0 ? 0 : (int) ((millis + 1_800_000) / 3_600_000);
  }

  private Accepted accept(NewJob job) {
    var options = job.options();
    var key = options.idempotency();
    String name = key == null ? "" : job.tenant() + " " + key.key();
    Key used = model.keys.get(name);
    boolean live = used != null && used.expires() > model.hour;
    if (live && used != null && key != null) {
      return used.hash().equals(key.requestHash())
          ? new Accepted.Repeated(used.job(), used.told())
          : new Accepted.KeyReused(used.job());
    }
    UUID parent = options.parent();
    if (parent != null && !model.takesChild(parent, job.tenant())) {
      return new Accepted.NoParent(parent);
    }
    Job added = new Job(job.id(), job.tenant(), job.type(), job.maxAttempts(), parent);
    added.runAt = model.hour + hours(options.delayMillis());
    if (options.deadline() != null) {
      long away = Duration.between(java.time.Instant.now(), options.deadline()).toMillis();
      added.deadline = model.hour + (int) Math.round((away + 1_800_000) / 3_600_000.0);
    }
    Long queueTimeout = options.queueTimeoutMillis();
    if (queueTimeout != null) {
      added.queueMillis = queueTimeout;
      Long delay = options.delayMillis();
      long start = delay == null ? 0 : delay;
      added.queueDue = model.hour + hours(start + queueTimeout);
    }
    model.add(added);
    if (key != null) {
      model.keys.put(name, new Key(key.requestHash(), job.id(), added.state, model.hour + 24));
    }
    return new Accepted.Stored(job.id(), added.state);
  }

  private static String shown(NewJob job) {
    return job.id()
        + " "
        + job.tenant()
        + " "
        + job.type()
        + " x"
        + job.maxAttempts()
        + " "
        + job.options();
  }

  private void claim() throws SQLException {
    List<Worker> here =
        workers.stream().filter(w -> !w.away && !model.lanes.contains(w.session)).toList();
    if (here.isEmpty()) {
      start();
      return;
    }
    Worker worker = any(here);
    Set<UUID> asked = new TreeSet<>();
    for (int i = random.nextInt(8); i >= 0 && !pointers.isEmpty(); i--) {
      UUID id = any(pointers);
      asked.add(id);
      if (random.nextInt(4) > 0) {
        pointers.remove(id);
      }
    }
    if (asked.isEmpty()) {
      return;
    }
    long batch = stores.nextBatch();
    log.add("claim by " + worker.session + ": " + asked);
    ClaimStore.Claimed claimed =
        stores.claims.claim(worker.session, batch, List.copyOf(asked), Stores.GRACE);
    List<ClaimedJob> got = claimed.jobs();
    if (random.nextInt(4) == 0) {
      log.add("its answer was lost");
      got = stores.claims.settle(worker.session, batch);
    } else {
      deliver(claimed.announcement());
    }
    boolean live = !worker.draining && !ended.containsKey(worker.session);
    Set<UUID> expected =
        live
            ? asked.stream()
                .filter(id -> model.claim(id, worker.session))
                .collect(Collectors.toSet())
            : Set.of();
    assertThat(got).extracting(ClaimedJob::id).containsExactlyInAnyOrderElementsOf(expected);
    got.forEach(job -> worker.running.put(job.id(), job));
    if (!expected.isEmpty()) {
      worker.batches.put(batch, new HashSet<>(expected));
    }
  }

  private void complete() throws SQLException {
    List<Worker> busy = workers.stream().filter(w -> !w.running.isEmpty() && !w.away).toList();
    if (busy.isEmpty()) {
      return;
    }
    Worker worker = any(busy);
    List<Completion> completions = new ArrayList<>();
    for (ClaimedJob job : worker.running.values()) {
      if (random.nextInt(3) > 0) {
        completions.add(new Completion(job.id(), job.session(), job.attempt(), outcome(job)));
      }
    }
    if (!completions.isEmpty()) {
      record(worker, completions);
    }
  }

  private Outcome outcome(ClaimedJob job) {
    int hours = random.nextInt(3);
    return switch (random.nextInt(8)) {
      case 0, 1, 2 -> new Outcome.Succeeded("{\"n\": 1}");
      case 3 -> new Outcome.Failed(Stores.error(job));
      case 4, 5 ->
          model.job(job.id()).failures + 1 < job.maxAttempts()
              ? new Outcome.Retried(Stores.error(job), due(hours))
              : new Outcome.Failed(Stores.error(job));
      case 6 ->
          model.job(job.id()).cancelRequested
              ? new Outcome.Cancelled()
              : new Outcome.HandedBack(due(hours), "not here");
      default -> new Outcome.HandedBack(due(hours), "not now");
    };
  }

  private void record(Worker worker, List<Completion> completions) throws SQLException {
    List<CompletionStore.FinishedClaim> finished = new ArrayList<>();
    for (Completion completion : completions) {
      worker.running.remove(completion.id());
      worker.batches.forEach(
          (batch, left) -> {
            if (left.remove(completion.id()) && left.isEmpty()) {
              finished.add(new CompletionStore.FinishedClaim(worker.session, batch));
            }
          });
    }
    worker.batches.values().removeIf(Set::isEmpty);
    log.add("complete " + completions + " ending " + finished);
    CompletionStore.Recorded recorded =
        stores.completions.complete(completions, finished, Stores.GRACE);
    Set<UUID> expected = new HashSet<>();
    for (Completion completion : completions) {
      if (model.holds(completion.id(), completion.session(), completion.attempt())) {
        expected.add(completion.id());
        apply(completion);
      }
    }
    assertThat(recorded.recorded()).isEqualTo(expected);
    deliver(recorded.announcement());
  }

  private void apply(Completion completion) {
    UUID id = completion.id();
    switch (completion.outcome()) {
      case Outcome.Succeeded done -> model.complete(id, JobState.SUCCEEDED, 0, 0);
      case Outcome.Failed failed -> model.complete(id, JobState.FAILED, 1, 0);
      case Outcome.Cancelled cancelled -> model.complete(id, JobState.CANCELLED, 0, 0);
      case Outcome.Retried retried ->
          model.complete(id, JobState.SCHEDULED, 1, model.hour + hours(retried.delay().toMillis()));
      case Outcome.HandedBack back ->
          model.complete(
              id,
              back.delay().isZero() ? JobState.READY : JobState.SCHEDULED,
              0,
              model.hour + hours(back.delay().toMillis()));
    }
  }

  private void lane() throws SQLException {
    long session = stores.workers.register("runner", List.of("default"), 1, true);
    boolean busy = laneClaimed();
    QuarantineStore.Claimed claimed = stores.lane.claim(session, 1, TYPES, Stores.GRACE);
    ClaimedJob job = claimed.job();
    log.add("lane " + session + " claims " + (job == null ? "nothing" : job.id()));
    Set<UUID> expected =
        model.jobs.values().stream()
            .filter(j -> j.lane && model.roomFor(j))
            .map(j -> j.id)
            .collect(Collectors.toSet());
    if (job == null) {
      // A dead runner's claim holds the lane until it is reaped, also when its job has ended.
      assertThat(busy || expected.isEmpty()).isTrue();
      stores.workers.leave(session);
      ended.put(session, false);
      return;
    }
    assertThat(busy).isFalse();
    assertThat(expected).contains(job.id());
    model.runAlone(job.id(), session);
    deliver(claimed.announcement());
    Worker runner = new Worker(session);
    runner.running.put(job.id(), job);
    runner.batches.put(1L, new HashSet<>(Set.of(job.id())));
    workers.add(runner);
  }

  private boolean laneClaimed() {
    return stores.count(
            "claim JOIN worker USING (session) WHERE quarantine AND cardinality(job_ids) > 0")
        > 0;
  }

  private void retry() throws SQLException {
    List<UUID> asked = new ArrayList<>();
    for (Job job : model.jobs.values()) {
      if (job.tenant.equals("t") && random.nextInt(3) == 0) {
        asked.add(job.id);
      }
    }
    if (asked.isEmpty()) {
      return;
    }
    log.add("retry what FAILED of " + asked);
    RetryStore.Sent sent = stores.retries.retry("t", asked, null, "again", Stores.GRACE);
    Set<UUID> expected =
        asked.stream()
            .filter(id -> model.job(id).state == JobState.FAILED)
            .collect(Collectors.toSet());
    assertThat(sent.jobs()).isEqualTo(expected);
    deliver(sent.announcement());
    expected.forEach(model::retry);
  }

  private void resolve() throws SQLException {
    List<Job> waiting = model.in(JobState.WAITING);
    if (!waiting.isEmpty()) {
      Job job = any(waiting);
      JobState to = any(List.of(JobState.READY, JobState.SUCCEEDED, JobState.FAILED));
      log.add("resolve " + job.id + " to " + to);
      String result = to == JobState.SUCCEEDED ? "1" : null;
      RetryStore.Sent sent =
          stores.retries.resolve(job.tenant, job.id, to, result, "why", Stores.GRACE);
      assertThat(sent.jobs()).containsExactly(job.id);
      deliver(sent.announcement());
      model.resolve(job.id, to);
    }
  }

  private void cancel() throws SQLException {
    List<Job> open = model.jobs.values().stream().filter(Job::open).toList();
    Collection<Job> choice = random.nextInt(5) == 0 || open.isEmpty() ? model.jobs.values() : open;
    if (!choice.isEmpty()) {
      cancel(any(choice));
    }
  }

  private void cancel(Job job) throws SQLException {
    log.add("cancel " + job.id);
    assertThat(stores.cancels.cancel("nobody", job.id, "why", Stores.GRACE).cancelled()).isZero();
    CancelStore.Cancelled cancelled =
        stores.cancels.cancel(job.tenant, job.id, "why", Stores.GRACE);
    deliver(cancelled.announcement());
    assertThat(cancelled.cancelled()).isEqualTo(model.cancel(job.id));
  }

  private void promote(boolean holdBack) throws SQLException {
    log.add("promote, hold back " + holdBack);
    TimerStore.Moved moved = stores.timers.promote(1000, holdBack, Stores.GRACE);
    assertThat(moved.jobs()).isEqualTo(model.promote());
    deliver(moved.announcement());
  }

  private void expire() throws SQLException {
    log.add("expire");
    // A deadline that passed while its job ran is looked at again after seconds.
    stores.pass(Duration.ofSeconds(6));
    beat();
    TimerStore.Moved moved = stores.timers.expire(1000, Stores.GRACE);
    int expected = model.expire();
    assertThat(moved.jobs()).as(() -> "where they differ: " + differences()).isEqualTo(expected);
    deliver(moved.announcement());
  }

  /** Jobs that are in another state than the model's, with all the database has of them. */
  private String differences() {
    return model.jobs.values().stream()
        .flatMap(
            job ->
                stores
                    .database
                    .dsl()
                    .fetch(
                        "SELECT job.*, (SELECT json_agg(t) FROM job_timer t WHERE t.job_id = job.id),"
                            + " now() FROM job WHERE id = ? AND state::text <> ?",
                        job.id,
                        job.state.name())
                    .stream())
        .map(row -> row.formatJSON())
        .collect(java.util.stream.Collectors.joining("; "));
  }

  private void beat() {
    for (Worker worker : List.copyOf(workers)) {
      if (!worker.away) {
        boolean alive = stores.workers.beat(worker.session, worker.running.size());
        assertThat(alive).isEqualTo(!ended.containsKey(worker.session));
      }
    }
  }

  private void pass(int hours) {
    log.add("pass " + hours + " h");
    stores.pass(Duration.ofHours(hours));
    model.hour += hours;
    workers.removeIf(w -> !w.away && ended.containsKey(w.session));
    beat();
    Set<Long> dead =
        stores.workers.expire(LEASE).stream()
            .map(WorkerStore.Dead::session)
            .collect(Collectors.toSet());
    Set<Long> expected =
        workers.stream()
            .filter(w -> w.away && !ended.containsKey(w.session))
            .map(w -> w.session)
            .collect(Collectors.toSet());
    assertThat(dead).isEqualTo(expected);
    dead.forEach(session -> ended.put(session, true));
  }

  private void reap() throws SQLException {
    log.add("reap " + ended);
    ReapStore.Reaped reaped = stores.reaper.reap(1000, Stores.GRACE);
    deliver(reaped.announcement());
    model.reap(ended);
    stores.cancels.forgetSignals();
  }

  private void start() {
    Worker worker = new Worker(stores.worker());
    log.add("worker " + worker.session + " starts");
    workers.add(worker);
  }

  private void changeWorkers() throws SQLException {
    if (workers.size() < 3) {
      start();
      return;
    }
    Worker worker = any(workers);
    switch (random.nextInt(4)) {
      case 0 -> {
        log.add("worker " + worker.session + " is killed");
        worker.away = true;
        worker.running.clear();
      }
      case 1 -> {
        worker.away = !worker.away;
        log.add("worker " + worker.session + (worker.away ? " is paused" : " wakes"));
        if (!worker.away && !ended.containsKey(worker.session)) {
          assertThat(stores.workers.beat(worker.session, 0)).isTrue();
        }
      }
      case 2 -> {
        log.add("worker " + worker.session + " drains");
        stores.workers.drain(worker.session);
        worker.draining = true;
      }
      default -> {
        log.add("worker " + worker.session + " leaves");
        stores.workers.leave(worker.session);
        ended.putIfAbsent(worker.session, false);
      }
    }
  }

  private void admit() throws SQLException {
    model.freeRates();
    List<UUID> jobs = new ArrayList<>();
    List<Permit> places = new ArrayList<>();
    LimitStore.Admitted admitted =
        stores.limits.admit(
            (used, waiting) -> {
              used.forEach(
                  u -> {
                    assertThat((long) u.running()).isEqualTo(model.running(u.limit().id()));
                    assertThat((long) u.started()).isEqualTo(model.started(u.limit().id()));
                  });
              assertThat(waiting)
                  .extracting(LimitStore.Waiting::job)
                  .containsExactlyInAnyOrderElementsOf(
                      model.in(JobState.BLOCKED).stream()
                          .filter(job -> !job.lane)
                          .map(job -> job.id)
                          .toList());
              Decision decision = Admitting.decide(used, waiting);
              jobs.addAll(decision.jobs());
              decision
                  .places()
                  .forEach(p -> places.add(new Permit(p.limit(), p.rate(), p.job(), null)));
              return decision;
            },
            Stores.GRACE);
    log.add("admit " + jobs);
    assertThat(admitted.admitted()).isEqualTo(jobs.size());
    model.admit(jobs, places);
    deliver(admitted.announcement());
  }

  private void changeLimit() {
    Scope scope = any(List.of(Scope.values()));
    String subject = any(scope == Scope.TENANT ? TENANTS : TYPES);
    String name = scope + " " + subject;
    if (model.limits.containsKey(name) && random.nextBoolean()) {
      log.add("lift limit " + name);
      assertThat(stores.limits.delete(scope, subject)).isTrue();
      model.lift(name);
    } else if (model.limits.size() < 2 || model.limits.containsKey(name)) {
      boolean rate = scope == Scope.TYPE && random.nextBoolean();
      Integer most = rate && random.nextBoolean() ? null : Integer.valueOf(random.nextInt(4));
      Integer starts = rate ? 1 + random.nextInt(4) : null;
      int rateHours = 1 + random.nextInt(3);
      log.add("limit " + name + ": " + most + " running, " + starts + " per " + rateHours + " h");
      stores.limits.put(
          scope,
          subject,
          most,
          starts == null ? null : new LimitStore.Rate(starts, due(rateHours)));
      int id =
          stores.limits.all().stream()
              .map(LimitStore.Used::limit)
              .filter(l -> l.scope() == scope && l.subject().equals(subject))
              .findFirst()
              .orElseThrow()
              .id();
      model.put(name, new Limit(id, scope, subject, most, starts, rateHours));
    }
  }

  private void relay() throws SQLException {
    log.add("relay");
    for (Announcement announcement : stores.outbox.take(1 + random.nextInt(20), Stores.GRACE)) {
      deliver(announcement);
    }
  }

  private void release() throws SQLException {
    Priority priority = any(List.of(Priority.values()));
    List<BacklogStore.Share> shares =
        stores.backlog.held("default", priority, random.nextBoolean() ? "" : "t").stream()
            .map(held -> new BacklogStore.Share(held.id(), 1 + random.nextInt(held.jobs())))
            .toList();
    if (!shares.isEmpty()) {
      log.add("release " + shares);
      deliver(stores.backlog.take(shares, Stores.GRACE));
    }
  }

  private void report() throws SQLException {
    List<ProgressStore.Report> reports = new ArrayList<>();
    for (Worker worker : workers) {
      for (ClaimedJob job : worker.running.values()) {
        for (int i = random.nextInt(3); i > 0; i--) {
          boolean output = random.nextBoolean();
          reports.add(
              new ProgressStore.Report(
                  job.id(),
                  job.session(),
                  job.attempt(),
                  output ? JobEvent.OUTPUT : JobEvent.PROGRESS,
                  0.5,
                  "half",
                  null,
                  output ? "[1]" : null));
        }
      }
    }
    if (!reports.isEmpty()) {
      log.add("report " + reports.size());
      for (ProgressStore.Report report : reports) {
        if (model.holds(report.id(), report.session(), report.attempt())) {
          model.job(report.id()).events++;
        }
      }
      deliver(stores.progress.report(reports, Stores.GRACE));
    }
  }

  private void sweep(Priority priority, int limit) throws SQLException {
    LocalDate day = stores.queues.oldestReadyDay("default", priority);
    if (day != null) {
      log.add("sweep " + priority);
      deliver(
          stores.queues.reannounce(
              "default", priority, Duration.ofSeconds(-1), day, limit, Stores.GRACE));
    }
  }

  private void upkeep() {
    log.add("fold, partitions, forget");
    stores.queues.fold();
    assertThat(new PartitionStore(stores.database).ensure()).isZero();
    stores.workers.forget(Duration.ofHours(2));
  }

  // ---- the log in place of Kafka -------------------------------------------------------------

  /** Kafka gets it and the outbox row goes; or nobody does, and a relay has to find the row. */
  private void deliver(@Nullable Announcement announcement) throws SQLException {
    if (announcement != null && random.nextInt(4) > 0) {
      publish(announcement);
      stores.outbox.delete(List.of(announcement.outboxId()));
    }
  }

  private void publish(Announcement announcement) {
    List<UUID> ids = Stores.pointers(announcement);
    pointers.addAll(ids);
    if (random.nextInt(5) == 0) {
      pointers.addAll(ids);
    }
    for (JobEvent event : announcement.events()) {
      published.computeIfAbsent(event.jobId(), id -> new TreeSet<>()).add(event.n());
    }
  }

  // ---- checks --------------------------------------------------------------------------------

  /** The invariants hold and every job is where the model has it. */
  void check() {
    Map<UUID, String> stored = new TreeMap<>();
    stores
        .database
        .dsl()
        .fetch("SELECT id, state, attempt, failures, crashes, session, limited, events FROM job")
        .forEach(
            row ->
                stored.put(
                    row.get(0, UUID.class),
                    "%s attempt=%s failures=%s crashes=%s session=%s limited=%s events=%s"
                        .formatted(
                            row.get(1),
                            row.get(2),
                            row.get(3),
                            row.get(4),
                            row.get(5),
                            row.get(6),
                            row.get(7))));
    Map<UUID, String> expected = new TreeMap<>();
    model.jobs.forEach((id, job) -> expected.put(id, job.shown()));
    assertThat(stored).isEqualTo(expected);
    assertThat(stores.invariants.broken()).isEmpty();
  }

  /** Lets everything end: limits go, whoever is parked is cancelled, the rest runs. */
  void drain() throws SQLException {
    log.add("---- drain");
    for (String name : List.copyOf(model.limits.keySet())) {
      String[] parts = name.split(" ", 2);
      stores.limits.delete(Scope.valueOf(parts[0]), parts[1]);
      model.lift(name);
    }
    workers.forEach(worker -> worker.away = true);
    for (int round = 0; round < 50 && model.jobs.values().stream().anyMatch(Job::open); round++) {
      pass(3);
      reap();
      for (Job job : List.copyOf(model.jobs.values())) {
        if (job.state == JobState.WAITING || job.lane) {
          cancel(job);
        }
      }
      promote(false);
      admit();
      for (Priority priority : Priority.values()) {
        for (BacklogStore.Held held : stores.backlog.held("default", priority, "")) {
          deliver(
              stores.backlog.take(
                  List.of(new BacklogStore.Share(held.id(), held.jobs())), Stores.GRACE));
        }
      }
      // Pointers that were lost on the way: the sweeper's to find.
      for (Priority priority : Priority.values()) {
        sweep(priority, 1000);
      }
      for (Announcement announcement : stores.outbox.take(1000, Stores.GRACE)) {
        publish(announcement);
        stores.outbox.delete(List.of(announcement.outboxId()));
      }
      start();
      Worker worker = workers.getLast();
      Set<UUID> asked = new TreeSet<>(pointers);
      pointers.clear();
      if (!asked.isEmpty()) {
        long batch = stores.nextBatch();
        List<ClaimedJob> got =
            stores.claims.claim(worker.session, batch, List.copyOf(asked), Stores.GRACE).jobs();
        asked.forEach(id -> model.claim(id, worker.session));
        worker.batches.put(batch, got.stream().map(ClaimedJob::id).collect(Collectors.toSet()));
        List<Completion> completions =
            got.stream()
                .map(
                    j ->
                        new Completion(
                            j.id(), j.session(), j.attempt(), new Outcome.Succeeded("1")))
                .sorted(java.util.Comparator.comparing(Completion::id))
                .toList();
        if (!completions.isEmpty()) {
          record(worker, completions);
        }
      }
      check();
    }
    while (stores.outbox.waiting() > 0) {
      for (Announcement announcement : stores.outbox.take(1000, Stores.GRACE)) {
        publish(announcement);
        stores.outbox.delete(List.of(announcement.outboxId()));
      }
    }
    assertThat(model.jobs.values()).filteredOn(Job::open).isEmpty();
  }

  /** Each job's log: every number once, one end, at the end; all of it was published. */
  void checkLogs() throws SQLException {
    for (Job job : model.jobs.values()) {
      List<JobEvent> events = stores.events.after(job.tenant, job.id, 0, 10_000);
      assertThat(events).extracting(JobEvent::n).isEqualTo(numbers(job.events));
      assertThat(events.stream().filter(JobEvent::isTerminal))
          .hasSize(1 + model.ends.getOrDefault(job.id, 0));
      assertThat(events.getLast().kind()).isEqualTo(job.state.name());
      assertThat(published.getOrDefault(job.id, Set.of()))
          .as("published events of " + job.id)
          .containsExactlyElementsOf(numbers(job.events));
    }
    assertThat(stores.count("claim WHERE job_ids <> '{}'")).isZero();
    assertThat(stores.count("permit WHERE kind = 'RUN'")).isZero();
    assertThat(stores.count("job_blocked")).isZero();
    assertThat(stores.count("backlog")).isZero();
  }

  private static List<Integer> numbers(int last) {
    List<Integer> numbers = new ArrayList<>();
    for (int n = 1; n <= last; n++) {
      numbers.add(n);
    }
    return numbers;
  }

  private <T> T any(Collection<T> choice) {
    return List.copyOf(choice).get(random.nextInt(choice.size()));
  }
}
