package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.NewRun;
import io.millrace.runtime.Ids;
import io.millrace.store.RunAdvanceStore.Decision;
import io.millrace.store.RunAdvanceStore.Happened;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Runs of the same key that wait for each other, on a real PostgreSQL. */
class RunTurnsIT {
  private final Database database = TestDatabase.clean();
  private final RunAdvanceStore advances = new RunAdvanceStore(database);
  private final RunTurnStore turns = new RunTurnStore(database);
  private final Ids ids = new Ids();

  @AfterEach
  void invariantsHold() {
    assertThat(new InvariantStore(database).broken()).isEmpty();
  }

  @Test
  void start_moreThanTheLimit_letsInSoManyAndTheRestInOrder() throws SQLException {
    List<UUID> runs = start("k", 2, 5);
    assertThat(turned()).containsExactlyInAnyOrder(runs.get(0), runs.get(1));
    assertThat(turns.find(runs.get(0))).isEmpty();
    assertThat(turns.find(runs.get(4))).contains(new RunTurnStore.Waiting("k", 2, 2, 2));
    end(runs.get(1));
    assertThat(turned()).containsExactly(runs.get(2));
    end(runs.get(0));
    end(runs.get(2));
    assertThat(turned()).containsExactlyInAnyOrder(runs.get(3), runs.get(4));
    end(runs.get(3));
    end(runs.get(4));
    assertThat(rows("run_turn")).isZero();
    assertThat(rows("run_key")).isZero();
  }

  @Test
  void start_otherKeyOrWorkflowOrTenant_hasPlacesOfItsOwn() throws SQLException {
    start("k", 1, 1);
    start("l", 1, 1);
    advances.start(List.of(run("t", "other")), waiting("k", 1), job -> false, Duration.ZERO);
    advances.start(List.of(run("u", "w")), waiting("k", 1), job -> false, Duration.ZERO);
    assertThat(turned()).hasSize(4);
  }

  @Test
  void end_ofOneThatWaits_leavesTheLine() throws SQLException {
    List<UUID> runs = start("k", 1, 3);
    turned();
    end(runs.get(1));
    assertThat(turned()).isEmpty();
    assertThat(turns.find(runs.get(2)).orElseThrow().ahead()).isZero();
    end(runs.get(0));
    assertThat(turned()).containsExactly(runs.get(2));
  }

  @Test
  void start_ofAVersionWithAHigherLimit_letsInThoseBefore() throws SQLException {
    List<UUID> runs = start("k", 1, 3);
    assertThat(turned()).containsExactly(runs.getFirst());
    List<UUID> more = start("k", 3, 1);
    assertThat(turned()).containsExactlyInAnyOrder(runs.get(1), runs.get(2));
    assertThat(turns.find(more.getFirst()).orElseThrow().limit()).isEqualTo(3);
  }

  /** Ends and starts of many at once: no place is given twice, and none is lost. */
  @Test
  void startAndEnd_fromManyThreads_neverMoreThanTheLimitAndAllGetTheirTurn() throws Exception {
    int most = 3;
    List<Callable<Integer>> starters =
        IntStream.range(0, 8)
            .mapToObj(
                i ->
                    (Callable<Integer>)
                        () -> {
                          start("k", most, 10);
                          return 0;
                        })
            .toList();
    List<Callable<Integer>> enders =
        IntStream.range(0, 4).mapToObj(i -> (Callable<Integer>) this::endAll).toList();
    List<Callable<Integer>> all = new ArrayList<>(starters);
    all.addAll(enders);
    int ended = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (Future<Integer> one : threads.invokeAll(all)) {
        ended += one.get();
      }
    }
    while (ended < 80) {
      int more = endAll();
      assertThat(more).as("a run waits although there is a place").isPositive();
      ended += more;
    }
    assertThat(rows("run_turn")).isZero();
    assertThat(rows("run_key")).isZero();
  }

  /** Ends all that have a turn, until there is none; checks how many have one at most. */
  private int endAll() throws SQLException {
    int ended = 0;
    for (List<UUID> come = turned(); !come.isEmpty(); come = turned()) {
      assertThat(
              database
                  .dsl()
                  .fetchCount(
                      org.jooq.impl.DSL.table("run_turn"), org.jooq.impl.DSL.condition("holds")))
          .isLessThanOrEqualTo(3);
      for (UUID run : come) {
        end(run);
        ended++;
      }
    }
    return ended;
  }

  private List<UUID> start(String key, int most, int count) throws SQLException {
    List<NewRun> runs = IntStream.range(0, count).mapToObj(i -> run("t", "w")).toList();
    advances.start(runs, waiting(key, most), job -> false, Duration.ZERO);
    return runs.stream().map(NewRun::id).toList();
  }

  private NewRun run(String tenant, String workflow) {
    return new NewRun(ids.next(), tenant, workflow, "v".repeat(64), "{}", null, null, 0, null);
  }

  private static Decision waiting(String key, int most) {
    return (run, happened, reads) ->
        happened.stream().anyMatch(Happened.Started.class::isInstance)
            ? change(run.id(), "NEW", null).waitingFor(new RunChange.Turn(key, most))
            : null;
  }

  private void end(UUID run) throws SQLException {
    advances.advance(
        List.of(run),
        (locked, happened, reads) ->
            change(
                locked.id(),
                "SUCCEEDED",
                new RunChange.End("1", null, null, null, locked.parent())),
        job -> false,
        Duration.ZERO);
  }

  private static RunChange change(UUID run, String state, RunChange.@Nullable End end) {
    return new RunChange(
        run,
        state,
        false,
        new byte[0],
        end,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        false,
        null);
  }

  /** The runs whose turn has come since the last time. */
  private List<UUID> turned() {
    return database
        .dsl()
        .fetch("DELETE FROM run_inbox WHERE kind = 'TURN' RETURNING run")
        .getValues(0, UUID.class);
  }

  private int rows(String table) {
    return database.dsl().fetchCount(org.jooq.impl.DSL.table(table));
  }
}
