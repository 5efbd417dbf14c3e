package io.millrace.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.local.LocalSettings;
import io.millrace.local.LonePostgres;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MainIT {
  private LonePostgres lone;

  @BeforeAll
  void start(@TempDir Path folder) {
    lone = LonePostgres.start(LocalSettings.at(folder));
  }

  @AfterAll
  void close() {
    lone.close();
  }

  @Test
  void result_dbSchedulerDrains500_tellsItsRate() throws Exception {
    Options options = options("db-scheduler", "drain");
    JsonNode told = JsonMapper.shared().readTree(Main.result(options));
    assertThat(told.path("peer").asString()).isEqualTo("db-scheduler");
    assertThat(told.path("version").asString()).matches("\\d+\\.\\d+\\.\\d+");
    assertThat(told.path("case").asString()).isEqualTo("drain");
    assertThat(told.path("figures").path("jobs-per-second").asDouble()).isPositive();
    try (Pool pool = new Pool(options, false)) {
      assertThat(pool.hasRows("SELECT FROM scheduled_tasks")).isFalse();
    }
  }

  @Test
  void result_jobRunrStoresInBulk_rowsAreThere() throws Exception {
    Options options = options("jobrunr", "submit-bulk");
    JsonNode told = JsonMapper.shared().readTree(Main.result(options));
    assertThat(told.path("figures").path("jobs-per-second").asDouble()).isPositive();
    try (Pool pool = new Pool(options, false)) {
      assertThat(pool.hasRows("SELECT FROM jobrunr_jobs HAVING count(*) = 500")).isTrue();
    }
  }

  @Test
  void result_unknownCase_saysWhichThereAre() {
    assertThatThrownBy(() -> Main.result(options("jobrunr", "sleep")))
        .isInstanceOf(PeerFault.class)
        .hasMessage("case sleep is none of submit-single, submit-bulk, drain, end-to-end, pick-up");
  }

  private Options options(String peer, String caseName) {
    String database = (peer + "_" + caseName).replace('-', '_');
    return new Options(
        peer,
        caseName,
        lone.database(database),
        lone.postgres().username(),
        lone.postgres().password(),
        500,
        1,
        List.of(2));
  }
}
