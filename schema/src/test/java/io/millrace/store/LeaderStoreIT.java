package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LeaderStoreIT {
  private static final Duration TERM = Duration.ofMinutes(1);

  private final Database database = TestDatabase.clean();
  private final LeaderStore office = new LeaderStore(database, "upkeep");

  @Test
  void hold_heldByAnother_tellsWho() throws SQLException {
    assertThat(office.hold("a", TERM)).isEqualTo("a");
    assertThat(office.hold("b", TERM)).isEqualTo("a");
    assertThat(office.hold("a", TERM)).isEqualTo("a");
    assertThat(new LeaderStore(database, "another").hold("b", TERM)).isEqualTo("b");
  }

  @Test
  void hold_termIsOver_passesOn() throws SQLException {
    office.hold("a", Duration.ofMillis(-1));
    assertThat(office.hold("b", TERM)).isEqualTo("b");
    assertThat(office.hold("a", TERM)).isEqualTo("b");
  }

  @Test
  void release_byHolderAlone_freesIt() throws SQLException {
    office.hold("a", TERM);
    office.release("b");
    assertThat(office.hold("b", TERM)).isEqualTo("a");
    office.release("a");
    assertThat(office.hold("b", TERM)).isEqualTo("b");
  }

  @Test
  void hold_byManyAtOnce_hasOneHolder() throws Exception {
    Set<String> winners = ConcurrentHashMap.newKeySet();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Callable<Boolean>> tries =
          IntStream.range(0, 200)
              .<Callable<Boolean>>mapToObj(
                  i ->
                      () -> {
                        String self = "p" + i % 8;
                        return self.equals(office.hold(self, TERM)) && winners.add(self);
                      })
              .toList();
      for (var done : threads.invokeAll(tries)) {
        done.get();
      }
    }
    assertThat(winners).hasSize(1);
  }
}
