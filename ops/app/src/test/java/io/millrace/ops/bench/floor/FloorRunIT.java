package io.millrace.ops.bench.floor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.local.LocalPostgres;
import io.millrace.local.LocalSettings;
import io.millrace.local.LonePostgres;
import io.millrace.runtime.Ids;
import io.millrace.store.Database;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FloorRunIT {
  private LonePostgres lone;
  private Database database;
  private FloorRun floor;

  @BeforeAll
  void start(@TempDir Path folder) {
    lone = LonePostgres.start(LocalSettings.at(folder));
    LocalPostgres postgres = lone.postgres();
    database =
        Database.open(
            postgres.jdbcUrl(),
            postgres.username(),
            postgres.password(),
            3,
            Duration.ofSeconds(10));
    database.migrate();
    floor = new FloorRun(database.dataSource());
  }

  @AfterAll
  void close() {
    database.close();
    lone.close();
  }

  @BeforeEach
  void empty() throws SQLException {
    floor.empty();
  }

  @Test
  void over_2000Rows_allSucceeded() throws Exception {
    FloorRun.Times times = floor.over(2000);
    assertThat(states()).isEqualTo(Map.of("SUCCEEDED", 2000));
    assertThat(times.insert()).isPositive();
    assertThat(times.claim()).isPositive();
    assertThat(times.complete()).isPositive();
  }

  @Test
  void claim_readyRows_areRunningAndCannotBeClaimedAgain() throws Exception {
    List<UUID> ids = Stream.generate(new Ids()::next).limit(20).toList();
    try (Connection connection = database.dataSource().getConnection()) {
      FloorTable.insert(connection, ids);
      FloorTable.claim(connection, ids.subList(0, 15));
      assertThat(states()).isEqualTo(Map.of("READY", 5, "RUNNING", 15));
      assertThatThrownBy(() -> FloorTable.claim(connection, ids))
          .hasMessage("the floor's claim changed 5 of 20 rows");
    }
  }

  @Test
  void database_ofAnotherName_isEmptyAndOwned() throws Exception {
    String url = lone.database("beside");
    assertThat(lone.database("beside")).isEqualTo(url).endsWith("/beside");
    try (Database beside =
            Database.open(
                url,
                lone.postgres().username(),
                lone.postgres().password(),
                2,
                Duration.ofSeconds(10));
        Connection connection = beside.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE job (id int)");
    }
  }

  private Map<String, Integer> states() throws SQLException {
    Map<String, Integer> states = new TreeMap<>();
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT state::text, count(*) FROM job GROUP BY state")) {
      while (rows.next()) {
        states.put(rows.getString(1), rows.getInt(2));
      }
    }
    return states;
  }
}
