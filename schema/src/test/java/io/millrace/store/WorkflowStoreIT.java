package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.NewRun;
import io.millrace.model.WorkflowVersion;
import io.millrace.runtime.Ids;
import io.millrace.store.WorkflowStore.Put;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Workflow definitions, on a real PostgreSQL. */
class WorkflowStoreIT {
  private final WorkflowStore workflows = new WorkflowStore(TestDatabase.clean());

  @Test
  void put_newThenOtherThenFirstAgain_pointsBackToTheFirst() throws SQLException {
    assertThat(put("a", 'a')).isInstanceOf(Put.Created.class);
    assertThat(put("a", 'a')).isInstanceOf(Put.Unchanged.class);
    assertThat(put("a", 'b'))
        .isInstanceOfSatisfying(
            Put.Changed.class, changed -> assertThat(changed.version().number()).isEqualTo(2));
    assertThat(put("a", 'a'))
        .isInstanceOfSatisfying(
            Put.Changed.class, changed -> assertThat(changed.version().number()).isEqualTo(1));
    assertThat(workflows.versions("t", "a", Integer.MAX_VALUE, 10))
        .extracting(WorkflowVersion::number, WorkflowVersion::current)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(2, false),
            org.assertj.core.groups.Tuple.tuple(1, true));
  }

  @Test
  void definition_ofAVersion_isKeptByteForByte() throws SQLException {
    String definition = "{\"nodes\":{\"a\":{\"transform\":1.0,\"when\":\"\\u00e4  b\"}}}";
    workflows.put("t", "a", "a".repeat(64), definition, 10, 10);
    assertThat(workflows.definition("t", "a", "a".repeat(64))).contains(definition);
    assertThat(workflows.definition("u", "a", "a".repeat(64))).isEmpty();
  }

  @Test
  void put_beyondTheMost_writesNothing() throws SQLException {
    assertThat(workflows.put("t", "a", "a".repeat(64), "{}", 1, 2)).isInstanceOf(Put.Created.class);
    assertThat(workflows.put("t", "b", "a".repeat(64), "{}", 1, 2))
        .isInstanceOf(Put.TooManyWorkflows.class);
    assertThat(workflows.put("u", "b", "a".repeat(64), "{}", 1, 2)).isInstanceOf(Put.Created.class);
    assertThat(workflows.put("t", "a", "b".repeat(64), "{}", 1, 2)).isInstanceOf(Put.Changed.class);
    assertThat(workflows.put("t", "a", "c".repeat(64), "{}", 1, 2))
        .isInstanceOf(Put.TooManyVersions.class);
    assertThat(workflows.put("t", "a", "a".repeat(64), "{}", 1, 2)).isInstanceOf(Put.Changed.class);
    assertThat(workflows.find("t", "b")).isEmpty();
    assertThat(workflows.find("t", "a", "c".repeat(64))).isEmpty();
  }

  @Test
  void mostUsed_countsTheLatestRuns() throws SQLException {
    Ids ids = new Ids();
    Database database = TestDatabase.shared();
    for (String workflow : List.of("old", "old", "old", "a", "b", "b")) {
      NewRun run = new NewRun(ids.next(), "t", workflow, "a".repeat(64), "{}", null, null, 0, null);
      database.inTransaction(
          connection -> {
            RunWrites.insert(connection, List.of(run));
            return true;
          });
    }
    assertThat(workflows.mostUsed(3, 10))
        .extracting(WorkflowStore.Use::workflow)
        .containsExactly("b", "a");
    assertThat(workflows.mostUsed(100, 1))
        .extracting(WorkflowStore.Use::workflow)
        .containsExactly("old");
  }

  @Test
  void put_manyAtOnce_numbersWithoutAGap() throws Exception {
    List<Callable<Put>> puts =
        IntStream.range(0, 16)
            .mapToObj(i -> (Callable<Put>) () -> put("a", (char) ('a' + i)))
            .toList();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (Future<Put> one : threads.invokeAll(puts)) {
        one.get();
      }
    }
    assertThat(workflows.versions("t", "a", Integer.MAX_VALUE, 100))
        .extracting(WorkflowVersion::number)
        .containsExactlyElementsOf(IntStream.rangeClosed(1, 16).map(i -> 17 - i).boxed().toList());
  }

  @Test
  void list_pagesByName_ofOneTenant() throws SQLException {
    for (String name : List.of("c", "a", "b")) {
      put(name, 'a');
    }
    workflows.put("u", "d", "a".repeat(64), "{}", 10, 10);
    assertThat(workflows.list("t", "", 2))
        .extracting(WorkflowVersion::name)
        .containsExactly("a", "b");
    assertThat(workflows.list("t", "b", 2)).extracting(WorkflowVersion::name).containsExactly("c");
  }

  @Test
  void delete_hidesAllVersionsAndKeepsThemForTheirRuns() throws SQLException {
    put("a", 'a');
    put("a", 'b');
    assertThat(workflows.delete("u", "a")).isFalse();
    assertThat(workflows.delete("t", "a")).isTrue();
    assertThat(workflows.delete("t", "a")).isFalse();
    assertThat(workflows.find("t", "a")).isEmpty();
    assertThat(workflows.find("t", "a", "b".repeat(64))).isEmpty();
    assertThat(workflows.versions("t", "a", Integer.MAX_VALUE, 10)).isEmpty();
    assertThat(workflows.definition("t", "a", "b".repeat(64))).isPresent();
    assertThat(put("a", 'c'))
        .isInstanceOfSatisfying(
            Put.Created.class, created -> assertThat(created.version().number()).isEqualTo(3));
  }

  @Test
  void sweep_versionsNobodyUses_goAndNumbersDoNotComeTwice() throws SQLException {
    Database database = TestDatabase.shared();
    VersionRetentionStore retention = new VersionRetentionStore(database);
    for (char version : "abcdef".toCharArray()) {
      put("w", version);
    }
    put("w", 'b');
    put("gone", 'a');
    workflows.delete("t", "gone");
    database.dsl().execute("UPDATE workflow_version SET used_at = now() - interval '10 days'");
    // Of c there is a run; d was used lately; b is current and f the last.
    database
        .dsl()
        .execute(
            "INSERT INTO run (id, tenant, workflow, version, input)"
                + " VALUES (?::uuid, 't', 'w', repeat('c', 64), '{}')",
            lately());
    database
        .dsl()
        .execute(
            "UPDATE workflow_version SET used_at = now() - interval '1 minute'"
                + " WHERE version LIKE 'd%' OR version LIKE 'c%'");
    database
        .dsl()
        .execute(
            "UPDATE workflow_version SET used_at = now() - interval '25 hours'"
                + " WHERE version LIKE 'c%'");
    VersionRetentionStore.Step first =
        retention.sweep(VersionRetentionStore.Position.START, Duration.ofDays(1), 3);
    VersionRetentionStore.Step second =
        retention.sweep(Objects.requireNonNull(first.last()), Duration.ofDays(1), 100);
    assertThat(second.last()).isNull();
    assertThat(first.deleted() + second.deleted()).isEqualTo(3);
    assertThat(workflows.versions("t", "w", Integer.MAX_VALUE, 10))
        .extracting(version -> version.version().charAt(0))
        .containsExactly('f', 'd', 'c', 'b');
    assertThat(workflows.definition("t", "gone", "a".repeat(64))).isEmpty();
  }

  /** An id of a day ago. */
  private static String lately() {
    return Ids.lowest(Instant.now().minus(Duration.ofHours(24))).toString();
  }

  private Put put(String name, char version) throws SQLException {
    return workflows.put("t", name, String.valueOf(version).repeat(64), "{}", 10, 100);
  }
}
