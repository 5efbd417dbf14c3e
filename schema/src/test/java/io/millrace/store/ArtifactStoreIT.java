package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.Ids;
import io.millrace.store.ArtifactStore.Collected;
import io.millrace.store.ArtifactStore.Kept;
import io.millrace.store.ArtifactStore.Large;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Large fields of payloads, kept and collected, on a real PostgreSQL. */
class ArtifactStoreIT {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final String A = "a".repeat(64);
  private static final String B = "b".repeat(64);
  private static final String C = "c".repeat(64);

  private final Database database = TestDatabase.clean();
  private final ArtifactStore artifacts = new ArtifactStore(database);
  private final Ids ids = new Ids();

  @Test
  void write_sameContentForManyJobs_isKeptOnce() throws SQLException {
    UUID first = ids.next();
    UUID second = ids.next();
    write(large(first, "rows", A), large(first, "names", B), large(second, "rows", A));
    write(large(ids.next(), "rows", A));
    assertThat(count("artifact")).isEqualTo(2);
    assertThat(count("job_artifact")).isEqualTo(4);
    assertThat(artifacts.of(first))
        .containsExactly(new Kept("names", B, content(B)), new Kept("rows", A, content(A)));
    assertThat(artifacts.of(ids.next())).isEmpty();
  }

  @Test
  void write_transactionThatFails_leavesNothing() throws SQLException {
    assertThatThrownBy(
            () ->
                database.inTransaction(
                    connection -> {
                      ArtifactStore.write(connection, List.of(large(ids.next(), "rows", A)));
                      throw new SQLException("the process dies here");
                    }))
        .hasMessage("the process dies here");
    assertThat(count("artifact")).isZero();
    assertThat(count("job_artifact")).isZero();
  }

  @Test
  void collect_takesWhatNoJobNeedsAndNobodyHasTouchedLately() throws SQLException {
    UUID live = ids.next();
    write(large(live, "rows", A), large(ids.next(), "rows", B), large(ids.next(), "rows", C));
    database.dsl().execute("DELETE FROM job_artifact WHERE job_id <> ?", live);
    age("hash <> '" + C + "'");
    assertThat(artifacts.collect("", 10, HOUR)).isEqualTo(new Collected(1, null));
    assertThat(database.dsl().fetch("SELECT hash FROM artifact ORDER BY 1").getValues(0))
        .as("one is needed, one is young")
        .isEqualTo(List.of(A, C));
    assertThat(artifacts.of(live)).extracting(Kept::content).containsExactly(content(A));
  }

  @Test
  void collect_goesOnWhereTheStepBeforeEnded() throws SQLException {
    write(large(ids.next(), "x", A), large(ids.next(), "x", B), large(ids.next(), "x", C));
    database.dsl().execute("DELETE FROM job_artifact");
    age("true");
    assertThat(artifacts.collect("", 2, HOUR)).isEqualTo(new Collected(2, B));
    assertThat(artifacts.collect(B, 2, HOUR)).isEqualTo(new Collected(1, null));
  }

  @Test
  void collect_whileSomebodyNeedsItAnew_leavesIt() throws SQLException {
    write(large(ids.next(), "rows", A));
    database.dsl().execute("DELETE FROM job_artifact");
    age("true");
    try (Connection open = database.connection()) {
      open.setAutoCommit(false);
      UUID job = ids.next();
      ArtifactStore.write(open, List.of(large(job, "rows", A)));
      assertThat(artifacts.collect("", 10, HOUR).collected()).as("somebody writes it").isZero();
      open.commit();
      open.setAutoCommit(true);
      assertThat(artifacts.collect("", 10, HOUR).collected()).as("a job needs it").isZero();
      assertThat(artifacts.of(job)).hasSize(1);
    }
  }

  @Test
  void collect_neverTakesWhatAJobNeeds_evenByMistake() throws SQLException {
    write(large(ids.next(), "rows", A));
    assertThatThrownBy(() -> database.dsl().execute("DELETE FROM artifact"))
        .hasMessageContaining("job_artifact");
  }

  private void write(Large... fields) throws SQLException {
    database.inTransaction(
        connection -> {
          ArtifactStore.write(connection, List.of(fields));
          return true;
        });
  }

  private static Large large(UUID job, String field, String hash) {
    return new Large(job, field, hash, content(hash), content(hash).length());
  }

  private static String content(String hash) {
    return "[\"" + hash.charAt(0) + "\"]";
  }

  private void age(String which) {
    database
        .dsl()
        .execute("UPDATE artifact SET touched_at = now() - interval '2 hours' WHERE " + which);
  }

  private int count(String table) {
    return database.dsl().fetchSingle("SELECT count(*) FROM " + table).get(0, Integer.class);
  }
}
