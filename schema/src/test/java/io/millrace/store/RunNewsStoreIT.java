package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.store.RunNewsStore.Delivered;
import io.millrace.store.RunNewsStore.Teller;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Telling listeners: once and in order, whatever fails or dies. */
class RunNewsStoreIT {
  static final String LISTENER = "ledger";
  static final String WRITE = "INSERT INTO told (run, moves) VALUES (?, ?)";

  private Database database;
  private MovedRuns runs;
  private RunNewsStore news;

  @BeforeEach
  void clean() {
    database = TestDatabase.clean();
    database
        .dsl()
        .execute("CREATE TABLE told (o bigint GENERATED ALWAYS AS IDENTITY, run uuid, moves text)");
    runs = new MovedRuns(database);
    news = new RunNewsStore(database);
  }

  @AfterEach
  void drop() {
    database.dsl().execute("DROP TABLE told");
  }

  @Test
  void moves_nobodyListens_leaveNothingBehind() throws Exception {
    runs.ended(runs.started());
    assertThat(count("run_news")).isZero();
    news.register(List.of(LISTENER));
    assertThat(news.deliver(LISTENER, 10, refusing())).isEqualTo(new Delivered(0, 0, false));
  }

  @Test
  void deliver_tellsEachOnceAndInOrder() throws Exception {
    news.register(List.of(LISTENER, "other"));
    UUID run = runs.started();
    runs.moved(run, "1A", 1);
    runs.ended(run);
    assertThat(news.deliver(LISTENER, 2, writing())).isEqualTo(new Delivered(2, 0, true));
    assertThat(news.deliver(LISTENER, 2, writing())).isEqualTo(new Delivered(1, 0, false));
    assertThat(news.deliver(LISTENER, 2, writing())).isEqualTo(new Delivered(0, 0, false));
    assertThat(told()).containsExactly("OPEN 0A", "1A", "0S SUCCEEDED");
    assertThat(count("run_news")).as("those of the other listener").isEqualTo(3);
  }

  @Test
  void deliver_oneFails_undoesItAndHoldsBackThatRunAlone() throws Exception {
    news.register(List.of(LISTENER));
    UUID bad = runs.started();
    runs.ended(bad);
    UUID good = runs.started();
    Teller half =
        (told, effects) -> {
          effects.update(WRITE, told.run(), told.line().moves());
          if (told.run().equals(bad)) {
            throw new AssertionError("not now");
          }
        };
    assertThat(news.deliver(LISTENER, 10, half)).isEqualTo(new Delivered(1, 1, false));
    assertThat(news.deliver(LISTENER, 10, writing())).isEqualTo(new Delivered(0, 0, false));
    assertThat(told()).containsExactly("OPEN 0A");
    assertThat(count("run_news WHERE run = '" + good + "'")).isZero();
    database.dsl().execute("UPDATE run_news SET due_at = now()");
    assertThat(news.deliver(LISTENER, 10, writing())).isEqualTo(new Delivered(2, 0, false));
    assertThat(told()).containsExactly("OPEN 0A", "OPEN 0A", "0S SUCCEEDED");
  }

  @Test
  void deliver_processKilledBeforeTheCommit_tellsTheEndOnce() throws Exception {
    news.register(List.of(LISTENER));
    for (int i = 0; i < 5; i++) {
      runs.ended(runs.started());
    }
    Process victim =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Victim.class.getName(),
                TestDatabase.url())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(victim.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(victim.exitValue()).isEqualTo(Victim.DIED);
    assertThat(told()).as("what the dead one had written").isEmpty();
    assertThat(news.deliver(LISTENER, 100, writing())).isEqualTo(new Delivered(10, 0, false));
    assertThat(told().stream().filter("0S SUCCEEDED"::equals)).hasSize(5);
    assertThat(told()).hasSize(10);
  }

  /** A process that dies while it tells the fourth piece of news. */
  static final class Victim {
    static final int DIED = 77;

    private Victim() {}

    public static void main(String[] args) throws Exception {
      List<String> told = new ArrayList<>();
      try (Database database =
          Database.open(args[0], "postgres", "postgres", 2, Duration.ofSeconds(5))) {
        new RunNewsStore(database)
            .deliver(
                LISTENER,
                100,
                (one, effects) -> {
                  effects.update(WRITE, one.run(), one.line().moves());
                  told.add(one.line().moves());
                  if (told.size() == 4) {
                    Runtime.getRuntime().halt(DIED);
                  }
                });
      }
    }
  }

  @Test
  void forget_unseen_takesWhatWaitsForIt() throws Exception {
    news.register(List.of(LISTENER));
    runs.started();
    news.forget(Duration.ofDays(1));
    assertThat(count("run_news")).isEqualTo(1);
    database.dsl().execute("UPDATE run_listener SET seen_at = now() - interval '2 days'");
    news.forget(Duration.ofDays(1));
    assertThat(count("run_news")).isZero();
    assertThat(count("run_listener")).isZero();
  }

  private static Teller writing() {
    return (told, effects) -> effects.update(WRITE, told.run(), told.line().moves());
  }

  private static Teller refusing() {
    return (told, effects) -> {
      throw new AssertionError("told " + told);
    };
  }

  private List<String> told() {
    return database.dsl().fetch("SELECT moves FROM told ORDER BY o").getValues(0, String.class);
  }

  private int count(String table) {
    return database.dsl().fetchSingle("SELECT count(*) FROM " + table).get(0, Integer.class);
  }
}
