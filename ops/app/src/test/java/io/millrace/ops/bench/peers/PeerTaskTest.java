package io.millrace.ops.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeerTaskTest {
  private static final String URL = "jdbc:postgresql://127.0.0.1:20001/";

  @Test
  void arguments_ofAJavaPeer_nameUrlAndUser() {
    PeerTask task = PeerTask.of(Peer.DB_SCHEDULER, "end-to-end", false);
    assertThat(task.database()).isEqualTo("db_scheduler_end_to_end");
    assertThat(String.join(" ", task.arguments(URL + task.database(), "millrace")))
        .isEqualTo(
            "--peer db-scheduler --case end-to-end --jobs 20000 --seconds 10 --clients 16,64"
                + " --url jdbc:postgresql://127.0.0.1:20001/db_scheduler_end_to_end"
                + " --user millrace");
  }

  @Test
  void arguments_ofANodePeer_haveTheUserInTheUrl() {
    PeerTask task = PeerTask.of(Peer.GRAPHILE_WORKER, "drain", true);
    assertThat(String.join(" ", task.arguments(URL + task.database(), "millrace")))
        .isEqualTo(
            "--peer graphile-worker --case drain --jobs 5000 --seconds 3 --clients 16,64"
                + " --url postgres://millrace@127.0.0.1:20001/graphile_worker_drain");
  }

  @Test
  void programs_areStartedByTheirOwnRuntime() {
    assertThat(JavaPrograms.start("/jdk", Path.of("/c", JavaPrograms.JAR)))
        .startsWith("/jdk/bin/java", "-Xmx1g")
        .endsWith("-jar", "/c/ops/peers/target/millrace-peers-exec.jar");
    assertThat(String.join(" ", JavaPrograms.build()))
        .isEqualTo("./mvnw -B -q -pl ops/peers -am -DskipTests -Dspotless.check.skip=true package");
  }

  @Test
  void nodeFolder_isNamedAfterWhatIsInstalled() {
    String one = NodePrograms.folderName("{}".getBytes(StandardCharsets.UTF_8));
    assertThat(one).matches("peers-[0-9a-f]{12}");
    assertThat(NodePrograms.folderName("{}".getBytes(StandardCharsets.UTF_8))).isEqualTo(one);
    assertThat(NodePrograms.folderName("{ }".getBytes(StandardCharsets.UTF_8))).isNotEqualTo(one);
  }

  @Test
  void nodeVersion_tooOldOrNone_isLeftOut() throws Exception {
    NodePrograms.requireNode(List.of("v20.20.2"));
    NodePrograms.requireNode(List.of("v100.0.0"));
    for (String version : List.of("v18.20.4", "v9.0.0", "none", "")) {
      assertThatThrownBy(() -> NodePrograms.requireNode(List.of(version)))
          .isInstanceOf(LeftOutException.class)
          .hasMessage(
              "the peers for Node.js need node 20 or newer, but node --version says '%s'", version);
    }
  }
}
