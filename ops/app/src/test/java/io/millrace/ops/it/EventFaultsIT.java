package io.millrace.ops.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.ops.up.Millrace;
import io.millrace.wire.KafkaSettings;
import io.millrace.wire.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Brokers and API processes come and go; who follows jobs misses nothing. */
class EventFaultsIT {
  private final Installation installation = Installation.create();

  @AfterEach
  void stop() throws Exception {
    installation.close();
  }

  @Test
  void kafkaStopped_streamStillGetsWhatHappens() throws Exception {
    Jobs jobs = Installation.jobs(installation.startApi());
    installation.startWorker();
    String id = jobs.submit("sleep", "{\"millis\": 3000}");
    try (EventReader stream = EventReader.open(jobs.url(), id)) {
      stream.awaitEvent("RUNNING");
      installation.stack().kafka().stop();
      assertThat(stream.awaitEnd().names()).startsWith("READY", "RUNNING").endsWith("SUCCEEDED");
      int last = stream.ids().getLast();
      assertThat(stream.ids()).hasSize(last);
    }
    installation.stack().kafka().start();
  }

  @Test
  void apiRestarted_readerComesBackWithItsNumberAndMissesNothing() throws Exception {
    installation.startWorker();
    Millrace first = installation.startApi();
    Jobs jobs = Installation.jobs(first);
    String id = jobs.submit("sleep", "{\"millis\": 4000, \"steps\": 4}");
    List<Integer> ids = new ArrayList<>();
    try (EventReader stream = EventReader.open(jobs.url(), id)) {
      stream.awaitEvent("RUNNING");
      long closing = System.nanoTime();
      first.close();
      // An open stream must not hold the stop up.
      assertThat(Duration.ofNanos(System.nanoTime() - closing)).isLessThan(Duration.ofSeconds(10));
      ids.addAll(stream.awaitEnd().ids());
    }
    assertThat(ids).doesNotContain(0).isNotEmpty();
    Jobs again = Installation.jobs(installation.startApi());
    try (EventReader stream =
        EventReader.open(again.url(), id, "Last-Event-ID", String.valueOf(ids.getLast()))) {
      ids.addAll(stream.awaitEnd().ids());
      assertThat(stream.names()).endsWith("SUCCEEDED");
    }
    int last = Jobs.json(again.get("/v1/jobs/" + id + "/events")).path("last").asInt();
    assertThat(ids).isEqualTo(java.util.stream.IntStream.rangeClosed(1, last).boxed().toList());
  }

  @Test
  void brokerRestarted_consumerOfTheTopicSeesEveryEventOf200Jobs() throws Exception {
    Jobs jobs = Installation.jobs(installation.startApi());
    installation.startWorker();
    Map<String, Set<Integer>> seen = new ConcurrentHashMap<>();
    Thread reader = Thread.ofPlatform().daemon().start(() -> consume(seen));
    List<String> ids = new ArrayList<>(jobs.submitMany(70, "echo", "{}"));
    installation.stack().kafka().stop();
    ids.addAll(jobs.submitMany(60, "echo", "{}"));
    installation.stack().kafka().start();
    ids.addAll(jobs.submitMany(70, "echo", "{}"));
    ids.forEach(jobs::succeeded);
    Map<String, Integer> expected = new java.util.HashMap<>();
    for (String id : ids) {
      JsonNode page = Jobs.json(jobs.get("/v1/jobs/" + id + "/events"));
      expected.put(id, page.path("last").asInt());
    }
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(
            () ->
                expected.forEach(
                    (id, last) ->
                        assertThat(seen.getOrDefault(id, Set.of()))
                            .as(id)
                            .isEqualTo(numbers(last))));
    assertThat(expected).hasSize(200);
    reader.interrupt();
    reader.join(Duration.ofSeconds(10));
  }

  private static Set<Integer> numbers(int last) {
    Set<Integer> numbers = new TreeSet<>();
    for (int n = 1; n <= last; n++) {
      numbers.add(n);
    }
    return numbers;
  }

  /** What another system does: reads the topic from its beginning and goes by the headers. */
  private void consume(Map<String, Set<Integer>> seen) {
    KafkaSettings kafka = new KafkaSettings(installation.stack().bootstrapServers(), Map.of());
    try (Consumer<byte[], byte[]> consumer = kafka.consumer()) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(Topics.EVENTS).stream()
              .map(p -> new TopicPartition(p.topic(), p.partition()))
              .toList();
      assertThat(partitions).hasSize(8);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      while (!Thread.currentThread().isInterrupted()) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          String job = header(record, "ce_subject");
          int n = Integer.parseInt(header(record, "ce_sequence"));
          assertThat(header(record, "ce_id")).isEqualTo(job + "/" + n);
          seen.computeIfAbsent(job, _ -> new ConcurrentSkipListSet<>()).add(n);
        }
      }
    } catch (org.apache.kafka.common.errors.InterruptException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return new String(header.value(), StandardCharsets.UTF_8);
  }
}
