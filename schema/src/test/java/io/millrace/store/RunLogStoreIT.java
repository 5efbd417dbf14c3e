package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.store.EventStore.Head;
import io.millrace.store.EventStore.Position;
import io.millrace.store.RunLogStore.Line;
import io.millrace.store.RunLogStore.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The numbered logs of runs, in the run's row and beyond it. */
class RunLogStoreIT {
  private Database database;
  private MovedRuns runs;
  private RunLogStore logs;

  @BeforeEach
  void clean() {
    database = TestDatabase.clean();
    runs = new MovedRuns(database);
    logs = new RunLogStore(database);
  }

  @Test
  void moves_beyondTheRow_areAllThereInOrder() throws Exception {
    UUID run = runs.started();
    for (int i = 0; i < 400; i++) {
      runs.moved(run, "1A 1S 2A", 3);
    }
    runs.ended(run);
    int events = 2 + 400 * 3 + 2;
    List<Line> lines = new RunStore(database).moves(run);
    assertThat(lines).hasSize(402);
    int next = 1;
    for (Line line : lines) {
      assertThat(line.n()).isEqualTo(next);
      next += line.moves().split(" ").length;
    }
    assertThat(next).isEqualTo(events + 1);
    assertThat(lines.getLast().moves()).isEqualTo("0S SUCCEEDED");
    int spilled = database.dsl().fetchSingle("SELECT count(*) FROM run_log").get(0, Integer.class);
    assertThat(spilled).as("a row for many moves").isBetween(5, 20);
    Position position = new Position(MovedRuns.TENANT, run, 0);
    assertThat(logs.heads(List.of(position))).containsExactly(new Head(run, events, true));
    assertThat(logs.heads(List.of(new Position("other", run, 0)))).isEmpty();
    assertThat(readOn(run, 0)).isEqualTo(events);
    assertThat(readOn(run, 777)).isEqualTo(events);
  }

  /** Reads pages from a position to the end, each of which goes on where the one before ended. */
  private int readOn(UUID run, int from) throws Exception {
    int after = from;
    while (true) {
      Page page = logs.pages(List.of(new Position(MovedRuns.TENANT, run, after)), 100).getFirst();
      List<Integer> numbers = new ArrayList<>();
      for (Line line : page.lines()) {
        int n = line.n();
        for (String move : line.moves().split(" ")) {
          if (n > after && n <= page.last()) {
            assertThat(move).isNotEmpty();
            numbers.add(n);
          }
          n++;
        }
      }
      assertThat(numbers).as("after %d", after).doesNotHaveDuplicates().isSorted();
      assertThat(numbers).hasSize(page.last() - after);
      after = page.last();
      if (after == page.head().last()) {
        return after;
      }
    }
  }
}
