package io.millrace.store;

import io.millrace.model.NewRun;
import io.millrace.runtime.Ids;
import io.millrace.store.RunAdvanceStore.Decision;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Runs without a plan, moved by hand. */
final class MovedRuns {
  static final String TENANT = "t";

  private final Ids ids = new Ids();
  private final RunAdvanceStore advances;

  MovedRuns(Database database) {
    new PartitionStore(database).ensure();
    advances = new RunAdvanceStore(database);
  }

  /** A run that has started, and whose node 0 is active. */
  UUID started() throws SQLException {
    UUID id = ids.next();
    NewRun run = new NewRun(id, TENANT, "w", "v", "{}", null, null, 0, null);
    advances.start(List.of(run), to("OPEN", null, "OPEN 0A", 2), job -> false, Duration.ZERO);
    return id;
  }

  void moved(UUID run, String moves, int count) throws SQLException {
    advance(run, to("OPEN", null, moves, count));
  }

  void ended(UUID run) throws SQLException {
    advance(
        run, to("SUCCEEDED", new RunChange.End("1", null, null, null, null), "0S SUCCEEDED", 2));
  }

  private void advance(UUID run, Decision decision) throws SQLException {
    advances.advance(List.of(run), decision, job -> false, Duration.ZERO);
  }

  private static Decision to(String state, RunChange.@Nullable End end, String moves, int count) {
    return (run, happened, reads) ->
        new RunChange(
            run.id(),
            state,
            false,
            new byte[0],
            end,
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            false,
            null,
            new RunChange.Log(moves, count));
  }
}
