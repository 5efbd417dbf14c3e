package io.millrace.workers.boot;

import io.millrace.announce.AnnounceLoop;
import io.millrace.gate.GateLoop;
import io.millrace.gate.PaceLoop;
import io.millrace.model.JobType;
import io.millrace.model.Priority;
import io.millrace.runtime.Ids;
import io.millrace.runtime.Loop;
import io.millrace.runtime.PeriodicLoop;
import io.millrace.runtime.Time;
import io.millrace.store.ArtifactStore;
import io.millrace.store.CancelStore;
import io.millrace.store.CheckpointStore;
import io.millrace.store.ClaimStore;
import io.millrace.store.CompletionStore;
import io.millrace.store.Database;
import io.millrace.store.OutboxStore;
import io.millrace.store.ProgressStore;
import io.millrace.store.QuarantineStore;
import io.millrace.store.QueueStore;
import io.millrace.store.TypeStore;
import io.millrace.store.WorkerStore;
import io.millrace.wire.KafkaSettings;
import io.millrace.workers.complete.CheckpointLoop;
import io.millrace.workers.complete.CompletionLoop;
import io.millrace.workers.complete.ProgressLoop;
import io.millrace.workers.poll.Claimer;
import io.millrace.workers.poll.GroupCheck;
import io.millrace.workers.poll.NextTasks;
import io.millrace.workers.poll.PollLoop;
import io.millrace.workers.poll.PoolSettings;
import io.millrace.workers.quarantine.Dismissal;
import io.millrace.workers.quarantine.LaneClaimer;
import io.millrace.workers.quarantine.LaneLoop;
import io.millrace.workers.run.HandlerRegistry;
import io.millrace.workers.run.Runner;
import io.millrace.workers.run.Slots;
import io.millrace.workers.run.StoredPayloads;
import io.millrace.workers.session.SessionLoop;
import io.millrace.workers.upkeep.Sweeper;
import io.millrace.workers.upkeep.Upkeep;
import io.millrace.workflow.engine.RunLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One worker: all its loops, started and stopped in order. */
public final class WorkerRuntime implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(WorkerRuntime.class);
  static final Duration CANARY_PATIENCE = Duration.ofSeconds(20);
  private static final Duration STOP_GRACE = Duration.ofSeconds(5);

  private final WorkerSettings settings;
  private final HandlerRegistry handlers;
  private final TypeStore types;
  private final GroupCheck groupCheck;
  private final CompletionLoop completions;
  private final ProgressLoop progress;
  private final CheckpointLoop checkpoints;
  private final Runner runner;
  private final SessionLoop session;
  private final List<PollLoop> polls;
  private final PeriodicLoop deadlines;
  private final PeriodicLoop cancellations;
  private final Sweeper sweeper;
  private final Upkeep upkeep;
  private final PeriodicLoop check;
  private final @Nullable LaneLoop lane;

  /** Of the loop {@code check}, until its outcome is known. */
  private @Nullable FirstCheck firstCheck;

  private volatile String notReady = "starting";
  private boolean polling;

  /** Makes a worker; {@link #start()} starts it. Announcer and first check run already. */
  WorkerRuntime(
      WorkerSettings settings,
      Database database,
      KafkaSettings kafka,
      FirstCheck firstCheck,
      AnnounceLoop announcer,
      PaceLoop pace,
      GateLoop gate,
      RunLoop runs,
      HandlerRegistry handlers) {
    this(settings, database, kafka, firstCheck, announcer, pace, gate, runs, handlers, null);
  }

  /**
   * What makes a runner of the quarantine lane out of a worker.
   *
   * @param idle how long nothing may wait before it dismisses itself
   */
  record LaneOf(Duration idle, Dismissal dismissal) {}

  /** Makes a runner of the quarantine lane: it polls nothing and does no upkeep. */
  static WorkerRuntime ofLane(
      WorkerSettings settings,
      Database database,
      KafkaSettings kafka,
      AnnounceLoop announcer,
      PaceLoop pace,
      GateLoop gate,
      RunLoop runs,
      HandlerRegistry handlers,
      LaneOf lane) {
    return new WorkerRuntime(
        settings, database, kafka, null, announcer, pace, gate, runs, handlers, lane);
  }

  private WorkerRuntime(
      WorkerSettings settings,
      Database database,
      KafkaSettings kafka,
      @Nullable FirstCheck firstCheck,
      AnnounceLoop announcer,
      PaceLoop pace,
      GateLoop gate,
      RunLoop runs,
      HandlerRegistry handlers,
      @Nullable LaneOf laneOf) {
    this.settings = settings;
    this.firstCheck = firstCheck;
    this.handlers = handlers;
    this.types = new TypeStore(database);
    this.groupCheck = new GroupCheck(kafka, settings.partitions(), settings.replication());
    this.progress = new ProgressLoop(new ProgressStore(database), announcer, Time.SYSTEM);
    Map<String, Slots> slots =
        laneOf == null
            ? settings.pools().stream()
                .collect(Collectors.toMap(PoolSettings::pool, pool -> new Slots(pool.slots())))
            : Map.of();
    NextTasks next = new NextTasks(slots, handlers::isOfIo, this::currentSession);
    this.checkpoints = new CheckpointLoop(new CheckpointStore(database), settings.slots() + 1_000);
    this.completions =
        new CompletionLoop(
            new CompletionStore(database, runs.inCompletions().with(next)),
            announcer,
            gate,
            progress,
            runs::published,
            settings.slots() + 1_000);
    this.runner =
        new Runner(
            handlers,
            new StoredPayloads(new ArtifactStore(database)),
            completions::submit,
            progress,
            checkpoints,
            Time.SYSTEM,
            settings.cpuThreads(),
            settings.stopGrace());
    this.session =
        new SessionLoop(
            new WorkerStore(database),
            settings.name(),
            laneOf == null ? settings.poolNames() : List.of(),
            laneOf == null
                ? settings.pools().stream().map(PoolSettings::slots).toList()
                : List.of(),
            laneOf == null ? settings.slots() : 1,
            settings.lease().dividedBy(4),
            runner::running,
            runner::abandon,
            laneOf != null);
    Claimer claimer =
        new Claimer(new ClaimStore(database), new OutboxStore(database), announcer, gate, runner);
    this.polls =
        laneOf == null
            ? settings.pools().stream()
                .flatMap(pool -> pollLoops(pool, kafka, claimer, slots))
                .toList()
            : List.of();
    next.begin(claimer);
    this.lane = laneOf == null ? null : laneLoop(database, announcer, laneOf);
    this.deadlines =
        new PeriodicLoop(
            "deadline",
            Duration.ofMillis(50),
            () -> {
              runner.watch();
              return false;
            });
    CancelStore cancels = new CancelStore(database);
    this.cancellations =
        new PeriodicLoop(
            "cancel",
            Duration.ofMillis(500),
            () -> {
              long current = session.session();
              runner.tell(current, current == 0 ? List.of() : cancels.signals(current));
              return false;
            });
    this.check = new PeriodicLoop("check", Duration.ofMinutes(1), this::check);
    this.sweeper =
        new Sweeper(
            kafka, new QueueStore(database), announcer, settings.poolNames(), settings.sweepAge());
    this.upkeep = new Upkeep(database, announcer, pace, gate, sweeper, settings.lease());
  }

  /**
   * Starts the worker and returns at once. On a thread of its own it announces its types, prepares
   * topics and groups, and proves with a canary record that they work; what is wrong is tried again
   * and shows in {@link #troubles()} until it is put right.
   */
  public void start() {
    completions.start();
    progress.start();
    checkpoints.start();
    deadlines.start();
    cancellations.start();
    session.start();
    if (lane != null) {
      notReady = "";
      lane.start();
      return;
    }
    upkeep.start();
    check.start();
  }

  private LaneLoop laneLoop(Database database, AnnounceLoop announcer, LaneOf of) {
    LaneClaimer claimer =
        new LaneClaimer(
            new QuarantineStore(database),
            new ClaimStore(database),
            announcer,
            types().stream().map(JobType::name).toList());
    return new LaneLoop(claimer, runner, session, of.idle(), of.dismissal(), Time.SYSTEM);
  }

  /** What it has handlers for. */
  public List<JobType> types() {
    return handlers.types();
  }

  /** Jobs this process has failed because their quarantine runner fell silent. */
  public long condemned() {
    return upkeep.condemned();
  }

  private long currentSession() {
    return session.session();
  }

  private Stream<PollLoop> pollLoops(
      PoolSettings pool, KafkaSettings kafka, Claimer claimer, Map<String, Slots> slots) {
    Slots own = Objects.requireNonNull(slots.get(pool.pool()));
    return Arrays.stream(Priority.values())
        .map(priority -> new PollLoop(pool, priority, kafka, claimer, session, own, Time.SYSTEM));
  }

  private boolean check() {
    if (notReady.isEmpty()) {
      // A broker that lost its disk comes back without topics and with groups at "latest".
      groupCheck.prepare(allPools());
      return false;
    }
    // Its outcome counts once.
    FirstCheck first = firstCheck;
    firstCheck = null;
    try {
      if (!polling) {
        // The pools first: a type that is known can be submitted, and then needs its topics.
        prepare(first);
        types.announce(handlers.types());
        // The pools' own consumers join their groups while the canary joins its own.
        polls.forEach(PollLoop::start);
        polling = true;
      }
      if (first == null) {
        groupCheck.canary(new Ids().next(), CANARY_PATIENCE);
      } else {
        first.awaitProven();
      }
    } catch (RuntimeException e) {
      notReady = "start-up check failed: " + e.getMessage();
      throw e;
    }
    notReady = "";
    log.info(
        "worker is ready worker={} pools={} types={}",
        settings.name(),
        settings.pools(),
        handlers.types().stream().map(JobType::name).toList());
    return false;
  }

  private void prepare(@Nullable FirstCheck first) {
    if (first != null) {
      first.awaitPrepared();
    }
    if (first == null || !first.covers(allPools())) {
      groupCheck.prepare(allPools());
    }
  }

  /** The pools it serves and those its types go to by default, which another worker may serve. */
  private List<String> allPools() {
    return Stream.concat(
            settings.poolNames().stream(), handlers.types().stream().map(JobType::pool))
        .distinct()
        .toList();
  }

  /** What keeps the worker from working, in words for an operator; empty when all is well. */
  public List<String> troubles() {
    List<String> troubles = new ArrayList<>();
    if (!notReady.isEmpty()) {
      troubles.add(notReady);
    }
    if (completions.trouble() != null) {
      troubles.add(completions.trouble());
    }
    loops().map(Loop::trouble).filter(Objects::nonNull).forEach(troubles::add);
    return troubles;
  }

  /** Names of loops that a defect has ended. */
  public List<String> endedLoops() {
    return loops().filter(Loop::hasEnded).map(Loop::name).toList();
  }

  /** The poll loops, one per pool and priority. */
  public List<PollLoop> polls() {
    return polls;
  }

  /** The loop that records outcomes. */
  public CompletionLoop completions() {
    return completions;
  }

  /** The chore that announces again what Kafka has forgotten. */
  public Sweeper sweeper() {
    return sweeper;
  }

  /** Attempts that run now. */
  public int running() {
    return runner.running();
  }

  /** Threads of handlers that ignored their interrupt and have not ended. */
  public int stuck() {
    return runner.stuck();
  }

  /**
   * Leaves in order: claims no more, lets running jobs finish within the drain limit, hands the
   * rest back without cost, records what ended, ends the session.
   */
  @Override
  public void close() {
    notReady = "stopping";
    check.close();
    attempt("marking the session as draining", session::drain);
    Loop.closeAll(polls);
    if (lane != null) {
      lane.close();
    }
    runner.failExiting();
    try {
      int left = runner.drain(settings.drain(), STOP_GRACE);
      if (left > 0) {
        log.warn(
            "handlers ignored their interrupt, the reaper takes their jobs back jobs={}", left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    upkeep.close();
    cancellations.close();
    deadlines.close();
    checkpoints.close();
    completions.close();
    progress.close();
    session.close();
    if (lane == null || lane.isDismissed() || runner.running() == 0) {
      attempt("ending the session", session::leave);
    }
    // Else a job ended its runner against all orders: it is to be condemned, not handed back.
    runner.close();
    log.info("worker has left worker={}", settings.name());
  }

  /** A step of leaving that needs the database; without it the lease simply runs out. */
  private static void attempt(String what, Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      log.warn("leaving goes on without a step step={} error={}", what, e.toString());
    }
  }

  private Stream<Loop> loops() {
    return Stream.of(
            polls.stream().map(Loop.class::cast),
            Stream.<Loop>of(
                check,
                completions.loop(),
                checkpoints.loop(),
                progress,
                session,
                deadlines,
                cancellations),
            upkeep.loops().stream(),
            Stream.ofNullable(lane))
        .flatMap(s -> s);
  }
}
