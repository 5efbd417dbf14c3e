package io.millrace.workflow.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.JobType;
import io.millrace.model.NewRun;
import io.millrace.model.RunView;
import io.millrace.model.WorkerDeath;
import io.millrace.model.Workload;
import io.millrace.runtime.Ids;
import io.millrace.store.CompletionStore;
import io.millrace.store.Database;
import io.millrace.store.InvariantStore;
import io.millrace.store.ReapStore;
import io.millrace.store.RunAdvanceStore;
import io.millrace.store.RunAdvanceStore.Decision;
import io.millrace.store.RunHaltStore;
import io.millrace.store.RunStore;
import io.millrace.store.TestDatabase;
import io.millrace.store.TypeStore;
import io.millrace.workflow.engine.Plans;
import io.millrace.workflow.engine.RunDecisions;
import io.millrace.workflow.engine.TaskMaker;
import io.millrace.workflow.plan.ExpressionException;
import io.millrace.workflow.plan.Plan;
import io.millrace.workflow.plan.Work;
import io.millrace.workflow.run.Sketch.NodeSketch;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jooq.DSLContext;
import org.jooq.Record2;
import org.jooq.SQLDialect;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Random runs end as the reference says when PostgreSQL keeps them: two workers complete their jobs
 * at once, in random order and batches, some outcomes come twice, advances fail and are rolled
 * back, workers go with what they hold, and connections are cut in the middle of transactions.
 *
 * <p>{@code -Dmillrace.graphs=5000} runs more of them, {@code -Dmillrace.seed} others.
 */
class RunStoresIT {
  private static final int GRAPHS = Integer.getInteger("millrace.graphs", 150);
  private static final long FIRST = Long.getLong("millrace.seed", 1);
  private static final Duration PATIENCE = Duration.ofSeconds(60).plusMillis(200L * GRAPHS);
  private static final int MOST_LIVES = 2;

  private final Database database = TestDatabase.clean();
  private final DSLContext sql = DSL.using(database.dataSource(), SQLDialect.POSTGRES);
  private final Ids ids = new Ids();
  private final StoredWorld world = new StoredWorld();
  private final Map<String, Advance> plans = new ConcurrentHashMap<>();
  private final RunAdvanceStore advances = new RunAdvanceStore(database);
  private final RunDecisions decisions =
      new RunDecisions(
          new Plans((workflow, definition) -> Objects.requireNonNull(plans.get(workflow))),
          new TaskMaker(ids));
  private final Random random = new Random(FIRST);
  private final Set<UUID> done = new HashSet<>();
  private final Map<RunPhase, Integer> ways = new EnumMap<>(RunPhase.class);
  private volatile boolean over;
  private int cut;

  @Test
  void randomRuns_throughTheStores_endAsTheReference() throws Exception {
    prepare();
    List<RandomWorker> workers = List.of(worker(1), worker(2));
    List<CompletableFuture<Void>> working =
        workers.stream().map(w -> CompletableFuture.runAsync(() -> work(w))).toList();
    try {
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (done.size() < GRAPHS) {
        if (System.nanoTime() - end > 0) {
          throw new AssertionError("runs have not ended: " + open());
        }
        working.forEach(future -> assertThat(future).isNotCompletedExceptionally());
        attempt(this::step);
      }
    } finally {
      over = true;
      for (CompletableFuture<Void> future : working) {
        future.get(30, TimeUnit.SECONDS);
      }
    }
    for (String table : List.of("run_inbox", "run_timer", "run_halt")) {
      assertThat(sql.fetchCount(DSL.table(table))).as(table).isZero();
    }
    assertThat(new InvariantStore(database).broken()).isEmpty();
    assertThat(ways.keySet()).containsExactlyInAnyOrder(RunPhase.SUCCEEDED, RunPhase.FAILED);
    // What this test is about has happened at all; whether a cut finds a transaction is chance.
    assertThat(workers.stream().mapToInt(w -> w.taken).sum()).as("taken").isPositive();
    assertThat(workers.stream().mapToInt(w -> w.repeated).sum()).as("repeated").isPositive();
    assertThat(workers.stream().mapToInt(w -> w.left).sum()).as("left").isPositive();
  }

  private void prepare() throws SQLException {
    new TypeStore(database)
        .announce(
            List.of(
                new JobType(
                    "test.job",
                    1,
                    Workload.IO,
                    "default",
                    3,
                    60_000,
                    "{}",
                    WorkerDeath.RETRY,
                    null,
                    null)));
    Sketch child =
        Sketch.of(new NodeSketch("t", Sketch.job(Sketch.variable("input"))))
            .output(Sketch.output("t"));
    String version = register("child", new Advance(child.plan()));
    sql.execute("INSERT INTO workflow (tenant, name, version) VALUES ('t', 'child', ?)", version);
    List<NewRun> runs = new ArrayList<>();
    for (long seed = FIRST; seed < FIRST + GRAPHS; seed++) {
      World drawn = new RandomWorlds(new Random(seed * 0x9E3779B97F4A7C15L)).draw();
      Advance plan = new Advance(drawn.plan);
      String name = "w" + seed;
      String own = register(name, plan);
      UUID id = ids.next();
      world.add(id, drawn, plan);
      runs.add(new NewRun(id, "t", name, own, "{}", null, null, 0, null));
    }
    advances.start(runs, decisions, job -> false, Duration.ZERO);
  }

  private String register(String name, Advance plan) {
    plans.put(name, plan);
    String version = "%064x".formatted(plans.size());
    sql.execute(
        "INSERT INTO workflow_version (tenant, name, version, number, definition)"
            + " VALUES ('t', ?, ?, 1, '{}')",
        name,
        version);
    return version;
  }

  private RandomWorker worker(int number) {
    Random own = new Random(FIRST * 31 + number);
    Decision failing =
        (run, happened, reads) -> {
          if (own.nextInt(60) == 0) {
            throw new SQLException("made up by this test", "40001");
          }
          return decisions.decide(run, happened, reads);
        };
    return new RandomWorker(
        database,
        world,
        new CompletionStore.Runs(advances, failing, job -> false, null),
        new Random(FIRST * 37 + number));
  }

  private void work(RandomWorker worker) {
    while (!over) {
      attempt(worker::step);
    }
  }

  private interface Step {
    void run() throws SQLException;
  }

  /** A connection that was cut fails a step; the next one goes on from what is stored. */
  private static void attempt(Step step) {
    try {
      step.run();
    } catch (SQLException e) {
      assertThat(isCut(e.getSQLState())).as(e.toString()).isTrue();
    } catch (DataAccessException e) {
      assertThat(isCut(e.sqlState())).as(e.toString()).isTrue();
    }
  }

  /** Ended by the administrator, or gone; the pool itself says so without a state. */
  private static boolean isCut(@Nullable String state) {
    return state == null || state.equals("57P01") || state.startsWith("08");
  }

  private void step() throws SQLException {
    advances.wake(1_000);
    advances.advanceDue(500, decisions, job -> false, Duration.ZERO);
    new RunHaltStore(database).halt(Duration.ZERO);
    new ReapStore(database).reap(1_000, Duration.ZERO);
    if (cut == 0 || random.nextInt(15) == 0) {
      cut();
    }
    for (Record2<UUID, Integer> timer : timers()) {
      if (random.nextBoolean()) {
        come(timer.value1(), timer.value2());
      }
    }
    for (UUID run : world.runs()) {
      if (!done.contains(run)) {
        look(run);
      }
    }
  }

  /** Ends a connection in the middle of a transaction. */
  private void cut() {
    cut +=
        sql.fetch(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                 WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'
                   AND xact_start IS NOT NULL AND query LIKE '%run%' LIMIT 1""")
            .size();
  }

  @SuppressWarnings("unchecked")
  private List<Record2<UUID, Integer>> timers() {
    return (List<Record2<UUID, Integer>>)
        (List<?>)
            sql.select(DSL.field("run", UUID.class), DSL.field("node", Integer.class))
                .from("run_timer")
                .where("node >= 0")
                .fetch();
  }

  /** What a node waits for comes: its signal when there is one, else its time. */
  private void come(UUID run, int node) throws SQLException {
    RunView view = new RunStore(database).find("t", run).orElseThrow();
    byte[] progress = view.progress();
    Advance plan = world.plan(run);
    if (progress == null) {
      return;
    }
    int life = RunStateCodec.decode(plan.numbers(), progress).life();
    String name = plan.numbers().node(node).name();
    World own = world.world(run);
    boolean signalled;
    synchronized (own) {
      signalled =
          plan.numbers().node(node).work() instanceof Work.Signal && !own.fails(name, 0, life);
    }
    if (signalled) {
      ask(run, new RunEvent.SignalReceived(node, "signal " + name));
    } else {
      sql.execute(
          "UPDATE run_timer SET due_at = now() - interval '1 s' WHERE run = ? AND node = ?",
          run,
          node);
    }
  }

  private void ask(UUID run, RunEvent event) throws SQLException {
    advances.advance(
        List.of(run),
        decisions.asking(
            new RunDecisions.Asked() {
              @Override
              public Optional<RunEvent> event(NodeNumbers numbers) {
                return Optional.of(event);
              }

              @Override
              public void answer(Answer answer) {}
            }),
        job -> false,
        Duration.ZERO);
  }

  /** Checks a run that has ended, and perhaps has it try again. */
  private void look(UUID run) throws SQLException {
    RunView view = new RunStore(database).find("t", run).orElseThrow();
    byte[] progress = view.progress();
    if (view.finishedAt() == null || progress == null) {
      return;
    }
    RunState state = RunStateCodec.decode(world.plan(run).numbers(), progress);
    try {
      synchronized (world.world(run)) {
        check(view, state, world.world(run));
      }
    } catch (AssertionError e) {
      throw new AssertionError(view.workflow() + ": " + view.errorMessage(), e);
    }
    if (state.phase() == RunPhase.FAILED && state.life() < MOST_LIVES && random.nextBoolean()) {
      ask(run, new RunEvent.RetryFailed());
    } else {
      done.add(run);
      ways.merge(state.phase(), 1, Integer::sum);
    }
  }

  private void check(RunView view, RunState state, World own) {
    Plan plan = own.plan;
    ReferenceRun reference = new ReferenceRun(own, state.life());
    EndCheck ends = ends(view.id(), state);
    boolean fatal = !reference.fatal().isEmpty();
    if (fatal) {
      assertThat(state.phase()).isEqualTo(RunPhase.FAILED);
      ends.soFar(plan.main(), reference.main, true);
    } else {
      ends.exactly(plan.main(), reference.main);
      Object output = null;
      RunPhase phase = RunPhase.SUCCEEDED;
      try {
        output = reference.output();
      } catch (ExpressionException e) {
        phase = RunPhase.FAILED;
      }
      assertThat(state.phase()).as(ends.told()).isEqualTo(phase);
      String text = view.output();
      assertThat(text == null ? null : StoredWorld.JSON.readValue(text, Object.class))
          .isEqualTo(output);
    }
    boolean well = state.phase() == RunPhase.SUCCEEDED;
    ends.exactly(plan.compensation(), well ? Map.of() : reference.compensation);
    assertThat(view.state()).isEqualTo(state.phase().name());
  }

  private EndCheck ends(UUID run, RunState state) {
    NodeNumbers numbers = world.plan(run).numbers();
    StringBuilder told = new StringBuilder();
    for (int node = 0; node < numbers.size(); node++) {
      told.append(numbers.node(node).name()).append(':').append(state.node(node)).append(' ');
    }
    return new EndCheck(
        name -> state.node(numbers.number(name).orElseThrow()),
        name -> saved(run, numbers.number(name).orElseThrow()),
        told.toString());
  }

  private @Nullable Object saved(UUID run, int node) {
    String text =
        sql.fetchOptional(
                "SELECT value FROM run_value WHERE run = ? AND node = ? AND kind = 'OUTPUT'",
                run,
                node)
            .map(row -> row.get(0, String.class))
            .orElse(null);
    return text == null ? null : StoredWorld.JSON.readValue(text, Object.class);
  }

  private List<String> open() {
    return sql.fetch(
            "SELECT workflow || ' ' || state FROM run WHERE parent IS NULL AND id <> ALL (?)",
            (Object) done.toArray(UUID[]::new))
        .getValues(0, String.class);
  }
}
