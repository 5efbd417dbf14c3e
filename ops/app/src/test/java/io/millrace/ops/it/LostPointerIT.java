package io.millrace.ops.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.model.Priority;
import io.millrace.ops.up.Millrace;
import io.millrace.wire.KafkaSettings;
import io.millrace.wire.Topics;
import io.millrace.workers.boot.WorkerRuntime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A share group drops a record silently once its deliveries are used up; the job still runs. */
class LostPointerIT {
  private static final String GROUP = Topics.group("default", Priority.NORMAL);

  private final Installation installation =
      Installation.create(Map.of("group.share.delivery.count.limit", "2"));

  @AfterEach
  void stop() throws Exception {
    installation.close();
  }

  @Test
  void brokerForgotTheRecord_sweeperAnnouncesAgain() throws Exception {
    Jobs jobs = Installation.jobs(installation.startApi());
    // The first worker makes topics and groups, and leaves.
    Millrace worker = installation.startWorker();
    jobs.succeeded(jobs.submit("echo", "{}"));
    worker.close();
    List<String> ids = jobs.submitMany(3, "echo", "{\"value\": \"found again\"}");
    useUpDeliveries();
    assertThat(jobs.state(ids.getFirst())).isEqualTo("READY");

    Millrace healer = installation.startWorker();
    ids.forEach(id -> assertThat(jobs.succeeded(id).path("attempt").asInt()).isEqualTo(1));
    assertThat(healer.part(WorkerRuntime.class).sweeper().reannounced()).isEqualTo(3);
  }

  @Test
  void brokerLostItsDisk_queuedJobsRun() throws Exception {
    Jobs jobs = Installation.jobs(installation.startApi());
    Millrace worker = installation.startWorker();
    jobs.succeeded(jobs.submit("echo", "{}"));
    worker.close();
    List<String> ids = jobs.submitMany(3, "echo", "{}");
    installation.stack().kafka().stop();
    Installation.delete(installation.data().resolve("kafka"));
    installation.stack().kafka().start();
    installation.startWorker();
    ids.forEach(id -> assertThat(jobs.succeeded(id).path("attempt").asInt()).isEqualTo(1));
    jobs.succeeded(jobs.submit("echo", "{}"));
  }

  /** Takes the records as crashing workers do, without acknowledging them, until lag says zero. */
  private void useUpDeliveries() throws Exception {
    KafkaSettings kafka = new KafkaSettings(installation.stack().bootstrapServers(), Map.of());
    try (Admin admin = kafka.admin()) {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> {
                try (ShareConsumer<byte[], byte[]> crashing = kafka.shareConsumer(GROUP, 10)) {
                  crashing.subscribe(List.of(Topics.jobs("default", Priority.NORMAL)));
                  crashing.poll(Duration.ofSeconds(2));
                }
                return lag(admin) == 0;
              });
    }
  }

  private static long lag(Admin admin) throws Exception {
    return admin
        .listShareGroupOffsets(Map.of(GROUP, new ListShareGroupOffsetsSpec()))
        .partitionsToOffsetInfo(GROUP)
        .get()
        .values()
        .iterator()
        .next()
        .lag()
        .orElseThrow();
  }
}
