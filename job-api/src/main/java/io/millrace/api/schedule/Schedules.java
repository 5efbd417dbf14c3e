package io.millrace.api.schedule;

import io.millrace.announce.AnnounceLoop;
import io.millrace.api.admission.Admission;
import io.millrace.api.admission.RefusedException;
import io.millrace.api.admission.ScheduleAdmission;
import io.millrace.gate.GateLoop;
import io.millrace.gate.PaceLoop;
import io.millrace.model.Accepted;
import io.millrace.model.Firing;
import io.millrace.model.Limits;
import io.millrace.model.NewJob;
import io.millrace.model.Schedule;
import io.millrace.model.Timing;
import io.millrace.schedule.JobTemplate;
import io.millrace.schedule.Recurrence;
import io.millrace.store.ScheduleStore;
import io.millrace.store.SubmitStore.Submitted;
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
  private final PaceLoop pace;
  private final GateLoop gate;

  public Schedules(
      ScheduleStore store, Admission jobs, AnnounceLoop announcer, PaceLoop pace, GateLoop gate) {
    this.store = store;
    this.admission = new ScheduleAdmission(jobs);
    this.jobs = jobs;
    this.announcer = announcer;
    this.pace = pace;
    this.gate = gate;
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
   * Makes a job of a schedule now; its overlap policy and its instants are left out of it.
   *
   * @return empty when there is no such schedule
   * @throws RefusedException when its job is not acceptable any more
   */
  public Optional<Accepted> trigger(String tenant, String name, @Nullable String traceparent)
      throws RefusedException, SQLException {
    Optional<Schedule> found = store.find(tenant, name);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    NewJob job = jobs.admit(JobTemplate.decode(found.get().job()).request(), tenant, traceparent);
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
            job.options().from(found.get().origin()));
    Optional<Submitted> submitted =
        store.trigger(
            tenant,
            name,
            named,
            one -> pace.holdsBack(one.pool(), one.priority()),
            AnnounceLoop.GRACE);
    submitted.ifPresent(
        done -> {
          announcer.offer(done.announcement());
          gate.wakeIf(done.blocked());
        });
    return submitted.map(done -> done.answers().getFirst());
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
