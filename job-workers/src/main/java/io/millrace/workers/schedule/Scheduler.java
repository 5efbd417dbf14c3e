package io.millrace.workers.schedule;

import io.millrace.announce.AnnounceLoop;
import io.millrace.gate.GateLoop;
import io.millrace.model.Firing;
import io.millrace.model.Firing.Outcome;
import io.millrace.model.JobType;
import io.millrace.model.NewJob;
import io.millrace.model.Schedule;
import io.millrace.model.ScheduleWork;
import io.millrace.runtime.Ids;
import io.millrace.runtime.PeriodicLoop;
import io.millrace.runtime.Time;
import io.millrace.schedule.FiringPlan;
import io.millrace.schedule.JobTemplate;
import io.millrace.schedule.RunTemplate;
import io.millrace.store.FiringReads;
import io.millrace.store.FiringStore;
import io.millrace.store.FiringStore.Fired;
import io.millrace.store.FiringStore.Order;
import io.millrace.store.FiringStore.Step;
import io.millrace.store.TypeStore;
import io.millrace.workflow.engine.RunLoop;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fires the schedules whose time has come. For one thread; the figures may be read by any. */
public final class Scheduler implements PeriodicLoop.Chore {
  private static final Logger log = LoggerFactory.getLogger(Scheduler.class);
  private static final int AT_ONCE = 20;
  private static final Duration TYPES_AGE = Duration.ofSeconds(1);

  private final FiringStore firings;
  private final TypeStore types;
  private final AnnounceLoop announcer;
  private final RunLoop runs;
  private final GateLoop gate;
  private final Ids ids;
  private final PayloadFit payloads = PayloadFit.ofHandlers();
  private final RunSteps runSteps;
  private final Map<Outcome, LongAdder> counts = new EnumMap<>(Outcome.class);
  private Map<String, JobType> known = Map.of();
  private long knownNanos = Time.SYSTEM.nanos() - TYPES_AGE.toNanos();

  public Scheduler(
      FiringStore firings,
      TypeStore types,
      AnnounceLoop announcer,
      RunLoop runs,
      GateLoop gate,
      Ids ids) {
    this.firings = firings;
    this.types = types;
    this.announcer = announcer;
    this.runs = runs;
    this.gate = gate;
    this.ids = ids;
    this.runSteps = new RunSteps(runs.decisions().plans(), ids);
    for (Outcome outcome : Outcome.values()) {
      counts.put(outcome, new LongAdder());
    }
  }

  /** Instants this process has dealt with, by what became of them. */
  public long count(Outcome outcome) {
    return counter(outcome).sum();
  }

  @Override
  public boolean run() throws SQLException {
    refreshTypes();
    boolean more = fire(AT_ONCE, false);
    // Each cancels a tree of jobs: one transaction each, so that their locks do not cross.
    return fire(1, true) || more;
  }

  private boolean fire(int limit, boolean replacing) throws SQLException {
    Fired fired = firings.fire(limit, replacing, this::order, runs::holdsBack, AnnounceLoop.GRACE);
    fired.announcements().forEach(announcer::offer);
    gate.wakeIf(fired.places());
    if (fired.runs()) {
      runs.wake();
    }
    fired.firings().forEach(firing -> counter(firing.outcome()).increment());
    if (!fired.firings().isEmpty()) {
      log.info("fired schedules={} instants={}", fired.schedules(), summary(fired.firings()));
    }
    return fired.schedules() == limit;
  }

  private LongAdder counter(Outcome outcome) {
    return Objects.requireNonNull(counts.get(outcome));
  }

  private static Map<Outcome, Long> summary(List<Firing> firings) {
    Map<Outcome, Long> byOutcome = new EnumMap<>(Outcome.class);
    firings.forEach(firing -> byOutcome.merge(firing.outcome(), 1L, Long::sum));
    return byOutcome;
  }

  /** A schedule that cannot be read is a defect; it must not keep the others from firing. */
  private Order order(Schedule schedule, boolean previousOpen, Instant now, FiringReads reads)
      throws SQLException {
    try {
      FiringPlan plan = FiringPlan.decide(schedule, previousOpen, now);
      StepMaker maker = maker(schedule, reads);
      return new Order(
          plan.steps().stream()
              .map(step -> step.outcome() == Outcome.SUBMITTED ? maker.at(step) : nothing(step))
              .toList(),
          plan.nextAt(),
          plan.queuedAt(),
          plan.cancelPrevious());
    } catch (RuntimeException e) {
      log.error("schedule cannot be read and rests until it is put again", e);
      Instant at = schedule.nextAt() == null ? now : schedule.nextAt();
      Firing refused =
          new Firing(at, Outcome.REFUSED, null, null, "the schedule cannot be read; put it again");
      return new Order(List.of(Step.nothing(refused)), null, null, false);
    }
  }

  private static Step nothing(FiringPlan.Step step) {
    return Step.nothing(new Firing(step.at(), step.outcome(), null, null, step.detail()));
  }

  private StepMaker maker(Schedule schedule, FiringReads reads) throws SQLException {
    return switch (schedule.work()) {
      case ScheduleWork.Job(String template) -> jobs(schedule, JobTemplate.decode(template));
      case ScheduleWork.Run(String template) ->
          runSteps.of(schedule, RunTemplate.decode(template), reads);
    };
  }

  private StepMaker jobs(Schedule schedule, JobTemplate template) {
    JobType type = known.get(template.type());
    if (type == null) {
      return StepMaker.refusing("no worker has announced the type " + template.type());
    }
    Optional<String> misfit =
        payloads.misfit(type.payloadSchema(), template.payload(), "payload", "the type's schema");
    if (misfit.isPresent()) {
      return StepMaker.refusing(misfit.get());
    }
    return step -> {
      NewJob job = template.job(ids.next(), schedule.tenant(), type, schedule.origin());
      return new Step(
          new Firing(step.at(), Outcome.SUBMITTED, job.id(), null, step.detail()), job, null);
    };
  }

  private void refreshTypes() {
    long now = Time.SYSTEM.nanos();
    if (now - knownNanos >= TYPES_AGE.toNanos()) {
      known =
          types.all().stream()
              .collect(Collectors.toUnmodifiableMap(JobType::name, Function.identity()));
      knownNanos = now;
    }
  }
}
