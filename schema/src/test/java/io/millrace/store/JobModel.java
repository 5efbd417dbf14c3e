package io.millrace.store;

import io.millrace.model.JobState;
import io.millrace.model.Limits;
import io.millrace.model.RunLimit.Scope;
import io.millrace.model.WorkerDeath;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the tables ought to say, as plain Java: the rules of a job's life once more, without SQL.
 * Time is counted in whole hours; what is due at hour n is due half an hour before it.
 */
final class JobModel {
  /** One job. */
  static final class Job {
    final UUID id;
    final String tenant;
    final String type;
    final int maxAttempts;
    final @Nullable UUID parent;
    JobState state = JobState.READY;
    int attempt;
    int failures;
    int crashes;
    int events = 1;
    int runAt;
    boolean limited;
    boolean lane;
    boolean cancelRequested;
    @Nullable Long session;
    @Nullable Integer deadline;
    @Nullable Integer queueDue;

    Job(UUID id, String tenant, String type, int maxAttempts, @Nullable UUID parent) {
      this.id = id;
      this.tenant = tenant;
      this.type = type;
      this.maxAttempts = maxAttempts;
      this.parent = parent;
    }

    @Override
    public String toString() {
      return id + " " + shown();
    }

    boolean open() {
      return !state.isFinal();
    }

    /** What the database is compared by. */
    String shown() {
      return "%s attempt=%d failures=%d crashes=%d session=%s limited=%s events=%d"
          .formatted(state, attempt, failures, crashes, session, limited, events);
    }
  }

  /** A limit; {@code rateHours} is the interval. */
  record Limit(
      int id,
      Scope scope,
      String subject,
      @Nullable Integer most,
      @Nullable Integer rate,
      int rateHours) {
    boolean appliesTo(Job job) {
      return subject.equals(scope == Scope.TENANT ? job.tenant : job.type);
    }
  }

  /** A place under a limit. */
  record Permit(int limit, boolean rate, UUID job, @Nullable Integer freeAt) {}

  /** An idempotency key in use. */
  record Key(String hash, UUID job, JobState told, int expires) {}

  final Map<UUID, Job> jobs = new TreeMap<>();
  final Map<String, Limit> limits = new LinkedHashMap<>();
  final List<Permit> permits = new ArrayList<>();
  final Map<String, Key> keys = new LinkedHashMap<>();
  final Map<String, WorkerDeath> types;
  int hour;

  JobModel(Map<String, WorkerDeath> types) {
    this.types = types;
  }

  Job job(UUID id) {
    return Objects.requireNonNull(jobs.get(id));
  }

  List<Job> in(JobState state) {
    return jobs.values().stream().filter(job -> job.state == state).toList();
  }

  JobState gate(Job job) {
    return limits.values().stream().anyMatch(limit -> limit.appliesTo(job))
        ? JobState.BLOCKED
        : JobState.READY;
  }

  /** A job that fits is there from now on. */
  void add(Job job) {
    job.state = job.runAt > hour ? JobState.SCHEDULED : gate(job);
    jobs.put(job.id, job);
  }

  boolean takesChild(@Nullable UUID parent, String tenant) {
    Job job = parent == null ? null : jobs.get(parent);
    return job != null && job.open() && !job.cancelRequested && job.tenant.equals(tenant);
  }

  private void move(Job job, JobState to) {
    job.state.moveTo(to);
    if (job.limited && to != JobState.RUNNING) {
      job.limited = false;
      permits.removeIf(p -> p.job().equals(job.id) && (!p.rate() || p.freeAt() == null));
    }
    job.lane = false;
    job.session = to == JobState.RUNNING ? job.session : null;
    job.state = to;
    job.events++;
  }

  /** Whether it runs now; a READY one may be sent to wait instead. */
  boolean claim(UUID id, long session) {
    Job job = jobs.get(id);
    if (job == null || job.state != JobState.READY) {
      return false;
    }
    if (!job.limited && gate(job) == JobState.BLOCKED) {
      move(job, JobState.BLOCKED);
      return false;
    }
    job.session = session;
    job.attempt++;
    move(job, JobState.RUNNING);
    if (job.limited) {
      permits.replaceAll(p -> p.job().equals(id) && p.rate() ? started(p) : p);
    }
    return true;
  }

  private Permit started(Permit permit) {
    Limit limit =
        limits.values().stream().filter(l -> l.id() == permit.limit()).findFirst().orElseThrow();
    return permit.freeAt() != null || limit.rate() == null
        ? permit
        : new Permit(permit.limit(), true, permit.job(), hour + limit.rateHours());
  }

  boolean holds(UUID id, long session, int attempt) {
    Job job = jobs.get(id);
    return job != null
        && job.state == JobState.RUNNING
        && Objects.equals(job.session, session)
        && job.attempt == attempt;
  }

  /** An outcome that asks for a state; {@code runAt} is for SCHEDULED. */
  void complete(UUID id, JobState asked, int cost, int runAt) {
    Job job = job(id);
    job.failures += cost;
    boolean again = asked == JobState.READY || asked == JobState.SCHEDULED;
    JobState next = again && job.cancelRequested ? JobState.CANCELLED : asked;
    if (next == JobState.SCHEDULED) {
      job.runAt = runAt;
    }
    if (next == JobState.CANCELLED) {
      job.cancelRequested = true;
    }
    move(job, next == JobState.READY ? gate(job) : next);
  }

  /** The job and those that descend from it. */
  Set<Job> tree(UUID root) {
    Set<Job> tree = new HashSet<>(List.of(job(root)));
    boolean grown = true;
    while (grown) {
      grown =
          tree.addAll(
              jobs.values().stream()
                  .filter(j -> j.parent != null && tree.contains(jobs.get(j.parent)))
                  .toList());
    }
    return tree;
  }

  int cancel(UUID root) {
    int cancelled = 0;
    for (Job job : tree(root)) {
      if (job.state == JobState.RUNNING && !job.cancelRequested) {
        job.cancelRequested = true;
        job.events++;
      } else if (job.open() && job.state != JobState.RUNNING) {
        job.cancelRequested = true;
        move(job, JobState.CANCELLED);
        cancelled++;
      }
    }
    return cancelled;
  }

  int promote() {
    List<Job> due = in(JobState.SCHEDULED).stream().filter(job -> job.runAt <= hour).toList();
    due.forEach(job -> move(job, gate(job)));
    return due.size();
  }

  /** Deadlines and queue timeouts that have passed. */
  int expire() {
    int failed = 0;
    for (Job job : jobs.values()) {
      boolean dead = job.deadline != null && job.deadline <= hour;
      boolean late = job.queueDue != null && job.queueDue <= hour;
      boolean unstarted =
          job.attempt == 0
              && (job.state == JobState.SCHEDULED
                  || job.state == JobState.READY
                  || job.state == JobState.BLOCKED);
      if (job.open() && job.state != JobState.RUNNING && (dead || (late && unstarted))) {
        move(job, JobState.FAILED);
        failed++;
      }
    }
    return failed;
  }

  /** The jobs of ended sessions; {@code dead} says which of them died. */
  void reap(Map<Long, Boolean> dead) {
    for (Job job : in(JobState.RUNNING)) {
      Boolean died = dead.get(job.session);
      if (died != null) {
        job.crashes += died ? 1 : 0;
        JobState next = afterDeath(job);
        job.failures += next == JobState.FAILED && job.failures < job.maxAttempts ? 1 : 0;
        boolean lane = next == JobState.BLOCKED && job.crashes >= Limits.CRASHES_BEFORE_QUARANTINE;
        move(job, next);
        job.lane = lane;
      }
    }
  }

  private JobState afterDeath(Job job) {
    WorkerDeath choice = types.get(job.type);
    if (job.cancelRequested) {
      return JobState.CANCELLED;
    }
    if ((job.deadline != null && job.deadline <= hour) || choice == WorkerDeath.FAIL) {
      return JobState.FAILED;
    }
    if (choice == WorkerDeath.ASK) {
      return JobState.WAITING;
    }
    if (job.maxAttempts == 1) {
      return JobState.FAILED;
    }
    return job.crashes >= Limits.CRASHES_BEFORE_QUARANTINE ? JobState.BLOCKED : gate(job);
  }

  void freeRates() {
    permits.removeIf(p -> p.freeAt() != null && p.freeAt() <= hour);
  }

  void admit(Collection<UUID> admitted, List<Permit> places) {
    for (UUID id : admitted) {
      Job job = job(id);
      move(job, JobState.READY);
      job.limited = places.stream().anyMatch(place -> place.job().equals(id));
    }
    permits.addAll(places);
  }

  void put(String name, Limit limit) {
    limits.put(name, limit);
    for (Job job : jobs.values()) {
      boolean ready = job.state == JobState.READY && job.limited;
      if (limit.appliesTo(job) && (ready || job.state == JobState.RUNNING)) {
        if (limit.most() != null) {
          permit(limit, false, job);
        }
        if (limit.rate() != null && ready) {
          permit(limit, true, job);
        }
        job.limited = true;
      }
    }
  }

  private void permit(Limit limit, boolean rate, Job job) {
    boolean held =
        permits.stream()
            .anyMatch(p -> p.limit() == limit.id() && p.rate() == rate && p.job().equals(job.id));
    if (!held) {
      permits.add(new Permit(limit.id(), rate, job.id, null));
    }
  }

  void lift(String name) {
    Limit limit = Objects.requireNonNull(limits.remove(name));
    Set<UUID> held = new HashSet<>();
    permits.stream().filter(p -> p.limit() == limit.id()).forEach(p -> held.add(p.job()));
    permits.removeIf(p -> p.limit() == limit.id());
    for (UUID id : held) {
      if (permits.stream().noneMatch(p -> p.job().equals(id))) {
        job(id).limited = false;
      }
    }
  }

  long running(int limit) {
    return permits.stream().filter(p -> p.limit() == limit && !p.rate()).count();
  }

  long started(int limit) {
    return permits.stream().filter(p -> p.limit() == limit && p.rate()).count();
  }
}
