package io.millrace.store;

import io.millrace.model.ClaimedJob;
import io.millrace.model.Completion;
import io.millrace.model.JobOptions;
import io.millrace.model.NewJob;
import io.millrace.model.NewRun;
import io.millrace.model.Outcome;
import io.millrace.model.Priority;
import io.millrace.model.RunTask;
import io.millrace.store.RunAdvanceStore.Happened;
import io.millrace.store.RunAdvanceStore.LockedRun;
import io.millrace.store.TableUse.Use;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The statements of runs, each once over many runs of a chain that a test decides. */
final class RunStatements {
  /** Those of every run and node. */
  static final List<String> HOT = List.of("start runs", "succeed in runs", "hand over");

  private final Stores stores;
  private final TableUse tables;
  private final RunAdvanceStore advances;
  private final Handing handing = new Handing();

  RunStatements(Stores stores, TableUse tables) {
    this.stores = stores;
    this.tables = tables;
    this.advances = new RunAdvanceStore(stores.database);
  }

  /** What each used. */
  List<Use> use(int runs) throws SQLException {
    List<Use> uses = new ArrayList<>();
    List<NewRun> made = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      made.add(new NewRun(stores.ids.next(), "t", "w", "1", "{}", null, null, 0, null));
    }
    uses.add(
        tables.of(
            "start runs", () -> advances.start(made, this::next, job -> false, Stores.GRACE)));
    var in = new CompletionStore.Runs(advances, this::next, job -> false, null);
    List<Completion> first = running();
    uses.add(tables.of("succeed in runs", () -> complete(in, first)));
    List<Completion> second = running();
    handing.session = stores.worker();
    uses.add(tables.of("hand over", () -> complete(in.with(handing), second)));
    List<ClaimedJob> handed = List.copyOf(handing.running);
    uses.add(
        tables.of(
            "fail in runs",
            () -> complete(in, completions(handed, job -> new Outcome.Failed(Stores.error(job))))));
    List<Completion> told = running();
    complete(null, told);
    uses.add(
        tables.of(
            "advance due",
            () -> advances.advanceDue(10 * runs, this::next, job -> false, Stores.GRACE)));
    stores.database.dsl().execute("UPDATE run_timer SET due_at = now() - interval '1 s'");
    uses.add(tables.of("wake", () -> advances.wake(10 * runs)));
    uses.add(
        tables.of(
            "advance the woken",
            () -> advances.advanceDue(10 * runs, this::next, job -> false, Stores.GRACE)));
    uses.add(tables.of("halt", () -> new RunHaltStore(stores.database).halt(Stores.GRACE)));
    RunStore reads = new RunStore(stores.database);
    UUID run = made.getFirst().id();
    uses.add(tables.of("find run", () -> reads.find("t", run)));
    uses.add(tables.of("tasks", () -> reads.tasks(run, 1_000)));
    return uses;
  }

  private void complete(CompletionStore.@Nullable Runs in, List<Completion> completions)
      throws SQLException {
    new CompletionStore(stores.database, in).complete(completions, List.of(), Stores.GRACE);
  }

  /** Claims what is READY of runs; how it ends well. */
  private List<Completion> running() throws SQLException {
    List<UUID> ready =
        stores
            .database
            .dsl()
            .transactionResult(
                tx -> {
                  tx.dsl().execute("SET LOCAL enable_seqscan = on");
                  return tx.dsl()
                      .fetch(
                          "SELECT id FROM job WHERE state = 'READY' AND run IS NOT NULL ORDER BY id")
                      .getValues(0, UUID.class);
                });
    return completions(
        stores.claim(stores.worker(), ready.toArray(UUID[]::new)).jobs(),
        job -> new Outcome.Succeeded("1"));
  }

  private static List<Completion> completions(
      List<ClaimedJob> jobs, Function<ClaimedJob, Outcome> outcome) {
    return jobs.stream()
        .map(job -> Completion.of(job, outcome.apply(job)))
        .sorted(Comparator.comparing(completion -> completion.id().toString()))
        .toList();
  }

  /** One node after the other; after a timer it stops. */
  private @Nullable RunChange next(LockedRun run, List<Happened> happened, RunReads reads)
      throws SQLException {
    if (happened.isEmpty()) {
      return null;
    }
    return switch (happened.getLast()) {
      case Happened.Started() -> change(run, 0, false);
      case Happened.TaskEnded ended -> {
        reads.value(ended.node(), RunChange.Kind.OUTPUT);
        reads.results(ended.node());
        reads.ofRound(ended.node(), ended.round());
        yield change(run, ended.node() + 1, false);
      }
      case Happened.TimerFired fired -> change(run, 100, true);
      case Happened.TurnCame() -> null;
      case Happened.CancelRequested(String reason) -> null;
    };
  }

  private RunChange change(LockedRun run, int node, boolean stops) {
    NewJob job =
        new NewJob(
            stores.ids.next(),
            "t",
            "echo",
            "default",
            Priority.NORMAL,
            3,
            60_000,
            "{}",
            null,
            JobOptions.of(new RunTask(run.id(), node, 0, 1), null, null));
    return new RunChange(
        run.id(),
        "OPEN",
        false,
        new byte[] {(byte) node},
        null,
        stops ? List.of() : List.of(job),
        List.of(),
        List.of(),
        stops ? List.of() : List.of(new RunChange.Timer(node, 1, null, Duration.ofHours(1))),
        node == 0 || stops ? List.of() : List.of(node - 1),
        List.of(new RunChange.Value(node, RunChange.Kind.OUTPUT, "1")),
        stops,
        null,
        new RunChange.Log(node + "S", 1));
  }

  /** Takes everything. */
  private static final class Handing implements Successors {
    private final List<ClaimedJob> running = new ArrayList<>();
    private long session;

    @Override
    public Taking take(List<NewJob> jobs) {
      Set<UUID> ids = jobs.stream().map(NewJob::id).collect(Collectors.toSet());
      return new All(this, session, ids);
    }
  }

  private record All(Handing of, long session, Set<UUID> jobs) implements Successors.Taking {
    @Override
    public long batch() {
      return 1;
    }

    @Override
    public void committed(List<ClaimedJob> started) {
      of.running.addAll(started);
    }

    @Override
    public void undone() {}

    @Override
    public void inDoubt() {}
  }
}
