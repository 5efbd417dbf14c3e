package io.millrace.ops.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobWatchTest {
  private static final String ID = "0199a0c2-7d3e-7b41-9f00-5c1d2e3f4a5b";

  private final List<String> told = new ArrayList<>();
  private final List<Duration> pauses = new ArrayList<>();
  private final JobWatch.Listener listener =
      new JobWatch.Listener() {
        @Override
        public void status(JobStatus job) {
          told.add(job.state());
        }

        @Override
        public void missed(ClientException failure) {
          told.add("missed");
        }
      };

  @Test
  void untilFinal_serverAwayInBetween_goesOn() throws Exception {
    try (FakeServer server =
            new FakeServer()
                .answer(200, "{\"state\":\"READY\"}")
                .answer(503, "{}")
                .answer(200, "{\"state\":\"RUNNING\"}")
                .answer(200, "{\"state\":\"CANCELLED\"}");
        MillraceClient client = new MillraceClient(server.uri())) {
      JobStatus last = new JobWatch(client, pauses::add).untilFinal(ID, listener);

      assertThat(last.state()).isEqualTo("CANCELLED");
      assertThat(told).containsExactly("READY", "missed", "RUNNING", "CANCELLED");
      assertThat(pauses).extracting(Duration::toMillis).containsExactly(40L, 80L, 160L);
    }
  }

  @Test
  void untilFinal_serverNeverThere_throwsAtOnce() {
    URI nobody = URI.create("http://127.0.0.1:" + FakeServer.freePort());
    try (MillraceClient client = new MillraceClient(nobody, null, 1, pauses::add)) {
      assertThatThrownBy(() -> new JobWatch(client, pauses::add).untilFinal(ID, listener))
          .isInstanceOf(ServerUnreachableException.class);
    }
    assertThat(pauses).isEmpty();
  }

  @Test
  void untilFinal_serverStaysAway_givesUp() {
    try (FakeServer server =
            new FakeServer().answer(200, "{\"state\":\"RUNNING\"}").answer(503, "{}");
        MillraceClient client = new MillraceClient(server.uri())) {
      assertThatThrownBy(() -> new JobWatch(client, pauses::add).untilFinal(ID, listener))
          .isInstanceOf(ServerRefusedException.class);
    }
    assertThat(pauses).hasSize(JobWatch.MAX_MISSES);
    assertThat(pauses).last().isEqualTo(Duration.ofMillis(500));
  }

  @Test
  void untilFinal_jobUnknown_throwsAtOnce() {
    try (FakeServer server =
            new FakeServer().answer(200, "{\"state\":\"RUNNING\"}").answer(404, "{}");
        MillraceClient client = new MillraceClient(server.uri())) {
      assertThatThrownBy(() -> new JobWatch(client, pauses::add).untilFinal(ID, listener))
          .isInstanceOf(ServerRefusedException.class);
    }
    assertThat(told).containsExactly("RUNNING");
  }
}
