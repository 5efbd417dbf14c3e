package io.millrace.api.schedule;

import io.millrace.announce.AnnounceLoop;
import io.millrace.api.admission.Admission;
import io.millrace.api.admission.RefusedException;
import io.millrace.api.admission.ScheduleAdmission;
import io.millrace.api.run.RunAdmission;
import io.millrace.api.run.RunAdmission.Verdict;
import io.millrace.document.FieldError;
import io.millrace.gate.GateLoop;
import io.millrace.model.Accepted;
import io.millrace.model.Firing;
import io.millrace.model.Limits;
import io.millrace.model.NewJob;
import io.millrace.model.NewRun;
import io.millrace.model.Schedule;
import io.millrace.model.ScheduleWork;
import io.millrace.model.Timing;
import io.millrace.schedule.JobTemplate;
import io.millrace.schedule.Recurrence;
import io.millrace.schedule.RunTemplate;
import io.millrace.store.ScheduleStore;
import io.millrace.store.SubmitStore.Submitted;
import io.millrace.workflow.engine.RunLoop;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Creates, changes, shows and triggers schedules. Thread-safe. */
public final class Schedules {
  /** Runs foretold of one schedule. */
  private static final int FORETOLD = 5;

  /** Latest firings shown of one schedule. */
  private static final int SHOWN = 20;

  private final ScheduleStore store;
  private final ScheduleAdmission admission;
  private final Admission jobs;
  private final AnnounceLoop announcer;
  private final ScheduledRuns runs;
  private final RunLoop loop;
  private final GateLoop gate;

  public Schedules(
      ScheduleStore store,
      Admission jobs,
      RunAdmission runs,
      AnnounceLoop announcer,
      RunLoop loop,
      GateLoop gate) {
    this.store = store;
    this.runs = new ScheduledRuns(runs);
    this.admission = new ScheduleAdmission(jobs, this.runs);
    this.jobs = jobs;
    this.announcer = announcer;
    this.loop = loop;
    this.gate = gate;
  }

  /** What a trigger made. */
  public sealed interface Triggered {
    /** A job. */
    record Job(Accepted accepted) implements Triggered {}

    /** A run. */
    record Run(NewRun run) implements Triggered {}
  }

  /**
   * A schedule with what is to come and what was.
   *
   * @param next the coming instants; none while paused
   * @param firings the latest first
   */
  public record Detail(Schedule schedule, List<Instant> next, List<Firing> firings) {}

  /**
   * Creates a schedule or replaces it.
   *
   * @return empty when the tenant has as many as it may have
   * @throws RefusedException listing what is wrong with the request
   */
  public Optional<Detail> put(String tenant, String name, JsonNode body)
      throws RefusedException, SQLException {
    return detail(
        store.put(
            tenant, name, admission.admit(body, tenant), Schedules::next, Limits.MAX_SCHEDULES));
  }

  /** One schedule. */
  public Optional<Detail> find(String tenant, String name) throws SQLException {
    return detail(store.find(tenant, name));
  }

  /** Schedules in the order of their names, after one. */
  public List<Schedule> list(String tenant, String after, int limit) throws SQLException {
    return store.list(tenant, after, limit);
  }

  /** Pauses one or lets it go on. */
  public Optional<Detail> pause(String tenant, String name, boolean paused) throws SQLException {
    return detail(store.pause(tenant, name, paused, Schedules::next));
  }

  /** Deletes one; false when there is none. */
  public boolean delete(String tenant, String name) throws SQLException {
    return store.delete(tenant, name);
  }

  /**
   * Makes a job or run of a schedule now; its overlap policy and its instants are left out of it.
   *
   * @return empty when there is no such schedule
   * @throws RefusedException when what it makes is not acceptable any more
   */
  public Optional<Triggered> trigger(String tenant, String name, @Nullable String traceparent)
      throws RefusedException, SQLException {
    Optional<Schedule> found = store.find(tenant, name);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    return switch (found.get().work()) {
      case ScheduleWork.Job(String template) ->
          triggerJob(found.get(), JobTemplate.decode(template), traceparent);
      case ScheduleWork.Run(String template) ->
          triggerRun(found.get(), RunTemplate.decode(template), traceparent);
    };
  }

  private Optional<Triggered> triggerRun(
      Schedule schedule, RunTemplate template, @Nullable String traceparent)
      throws RefusedException, SQLException {
    String tenant = schedule.tenant();
    NewRun run =
        switch (runs.admit(template, tenant, traceparent)) {
          case Verdict.Admitted admitted -> admitted.run();
          case Verdict.NoWorkflow() ->
              throw refused("#/run/workflow", "there is no workflow named " + template.workflow());
          case Verdict.NoVersion(String version) ->
              throw refused("#/run/version", template.workflow() + " has no version " + version);
          case Verdict.Refused(List<FieldError> errors) -> throw new RefusedException(errors);
        };
    if (!store.trigger(tenant, schedule.name(), run)) {
      return Optional.empty();
    }
    loop.wake();
    return Optional.of(new Triggered.Run(run));
  }

  private static RefusedException refused(String pointer, String why) {
    return new RefusedException(List.of(new FieldError(pointer, why)));
  }

  private Optional<Triggered> triggerJob(
      Schedule schedule, JobTemplate template, @Nullable String traceparent)
      throws RefusedException, SQLException {
    String tenant = schedule.tenant();
    NewJob job = jobs.admit(template.request(), tenant, traceparent);
    NewJob named =
        new NewJob(
            job.id(),
            tenant,
            job.type(),
            job.pool(),
            job.priority(),
            job.maxAttempts(),
            job.timeoutMillis(),
            job.payload(),
            traceparent,
            job.options().from(schedule.origin()));
    Optional<Submitted> submitted =
        store.trigger(tenant, schedule.name(), named, loop::holdsBack, AnnounceLoop.GRACE);
    submitted.ifPresent(
        done -> {
          announcer.offer(done.announcement());
          gate.wakeIf(done.blocked());
        });
    return submitted.map(done -> new Triggered.Job(done.answers().getFirst()));
  }

  private Optional<Detail> detail(Optional<Schedule> found) throws SQLException {
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Schedule schedule = found.get();
    Instant first = schedule.nextAt();
    List<Instant> next =
        first == null
            ? List.of()
            : Recurrence.of(schedule.timing(), schedule.createdAt())
                .following(first.minusMillis(1), FORETOLD);
    return Optional.of(
        new Detail(schedule, next, store.firings(schedule.tenant(), schedule.name(), SHOWN)));
  }

  private static @Nullable Instant next(Timing timing, Instant created, Instant now) {
    return Recurrence.of(timing, created).next(now).orElse(null);
  }
}
