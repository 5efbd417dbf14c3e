package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.NewRun;
import io.millrace.model.RunView;
import io.millrace.runtime.Ids;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How runs are listed and counted, and by which indexes, on a real PostgreSQL. */
class RunStoreIT {
  private static final UUID HIGHEST = new UUID(-1L, -1L);
  private static final String V1 = "1".repeat(64);
  private static final String V2 = "2".repeat(64);

  private final Database database = TestDatabase.clean();
  private final RunAdvanceStore advances = new RunAdvanceStore(database);
  private final Ids ids = new Ids();

  @Test
  void list_ofARareWorkflow_pagesThroughItsRunsAlone() throws SQLException {
    RunStore runs = new RunStore(database, 10);
    start("t", "rare", V1, 3);
    start("t", "common", V1, 200);
    start("u", "rare", V1, 2);
    RunStore.Page first = runs.list("t", "rare", HIGHEST, 2);
    assertThat(first.runs()).extracting(RunView::workflow).containsExactly("rare", "rare");
    UUID next = Objects.requireNonNull(first.next());
    RunStore.Page second = runs.list("t", "rare", next, 2);
    assertThat(second.runs()).hasSize(1).allMatch(run -> run.tenant().equals("t"));
    assertThat(second.next()).isNull();
    assertThat(runs.list("t", "none", HIGHEST, 2).runs()).isEmpty();
  }

  @Test
  void list_ofARareTenant_looksAtSoManyRowsAndSaysWhereItStopped() throws SQLException {
    RunStore runs = new RunStore(database, 10);
    List<UUID> rare = start("t", "w", V1, 1);
    start("u", "w", V1, 25);
    List<UUID> found = new ArrayList<>();
    UUID before = HIGHEST;
    int pages = 0;
    while (before != null) {
      RunStore.Page page = runs.list("t", before, 5);
      page.runs().forEach(run -> found.add(run.id()));
      before = page.next();
      pages++;
    }
    assertThat(found).isEqualTo(rare);
    assertThat(pages).isEqualTo(3);
    assertThat(runs.list("u", HIGHEST, 5).runs()).hasSize(5);
  }

  @Test
  void byVersion_countsWhatGoesOn() throws SQLException {
    WorkflowStore workflows = new WorkflowStore(database);
    workflows.put("t", "w", V1, "{}", 10, 10);
    workflows.put("t", "w", V2, "{}", 10, 10);
    workflows.put("t", "other", V1, "{}", 10, 10);
    List<UUID> old = start("t", "w", V1, 25);
    List<UUID> late = start("t", "w", V2, 2);
    start("t", "other", V1, 1);
    end(late.getFirst());
    LiveRunStore live = new LiveRunStore(database);
    assertThat(live.byVersion("t", "w"))
        .containsExactly(
            new LiveRunStore.Live(V2, 2, 1, late.subList(1, 2)),
            new LiveRunStore.Live(V1, 1, 25, old.subList(0, 20)));
    assertThat(live.byVersion("u", "w")).isEmpty();
  }

  @Test
  void advance_thatDoesNotEndTheRun_leavesItsIndexesAlone() throws SQLException {
    List<UUID> run = start("t", "w", V1, 1);
    try (Connection connection = database.connection()) {
      long before = hotUpdates(connection);
      for (int i = 0; i < 20; i++) {
        advances.advance(connection, run, becomes("OPEN", null), job -> false, Duration.ZERO);
      }
      assertThat(hotUpdates(connection) - before).isGreaterThanOrEqualTo(20);
    }
  }

  /** As far as sessions have told; this one does at once. */
  private static long hotUpdates(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_stat_force_next_flush()");
      try (ResultSet row =
          statement.executeQuery(
              "SELECT sum(n_tup_hot_upd) FROM pg_stat_user_tables t"
                  + " JOIN pg_inherits h ON h.inhrelid = t.relid"
                  + " WHERE h.inhparent = 'run'::regclass")) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  /** On empty tables, where every plan looks cheap: the one that is kept while they grow. */
  @Test
  void plans_leadByTheIndexesOfTheirFilters() {
    String list = plan(RunStore.LIST_OF_WORKFLOW, "t", "w", HIGHEST, "t", "w", 50);
    assertThat(list).contains("workflow_id_idx").doesNotContain("Seq Scan", "Sort  (", "_pkey");
    String rare = plan(RunStore.LIST, HIGHEST, 10_000, "t", 50);
    assertThat(rare).contains("pkey").doesNotContain("Seq Scan", "Sort  (");
    String live = plan(LiveRunStore.BY_VERSION, "t", "w");
    assertThat(live).contains("workflow_version_id_idx").doesNotContain("Seq Scan on run");
  }

  /** Partitions name their indexes after the columns. */
  private String plan(String statement, Object... values) {
    return String.join(
        "\n", database.dsl().fetch("EXPLAIN " + statement, values).getValues(0, String.class));
  }

  private List<UUID> start(String tenant, String workflow, String version, int count)
      throws SQLException {
    List<NewRun> runs =
        IntStream.range(0, count)
            .mapToObj(
                i -> new NewRun(ids.next(), tenant, workflow, version, "{}", null, null, 0, null))
            .toList();
    advances.start(runs, (run, happened, reads) -> null, job -> false, Duration.ZERO);
    return runs.stream().map(NewRun::id).toList();
  }

  private void end(UUID run) throws SQLException {
    RunChange.End end = new RunChange.End("1", null, null, null, null);
    advances.advance(List.of(run), becomes("SUCCEEDED", end), job -> false, Duration.ZERO);
  }

  private static RunAdvanceStore.Decision becomes(String state, RunChange.@Nullable End end) {
    return (locked, happened, reads) ->
        new RunChange(
            locked.id(),
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
}
