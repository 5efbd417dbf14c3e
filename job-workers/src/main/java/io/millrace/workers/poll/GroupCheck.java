package io.millrace.workers.poll;

import io.millrace.runtime.Time;
import io.millrace.wire.KafkaSettings;
import io.millrace.wire.PointerMessage;
import io.millrace.wire.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the topics and share groups of this worker's pools what they have to be, and proves that a
 * share group hands a record over and keeps its acknowledgement. Share groups fail silently where
 * they fail: by default a group starts at {@code latest}, and without its state topic it delivers
 * nothing and says nothing (KIP-932).
 */
public final class GroupCheck {
  private static final Logger log = LoggerFactory.getLogger(GroupCheck.class);
  private static final int CONFIG_TRIES = 250;
  private static final long CONFIG_PAUSE_MILLIS = 20;
  private static final String RESET = "share.auto.offset.reset";

  private final KafkaSettings kafka;
  private final int partitions;
  private final short replication;

  /**
   * Makes a check.
   *
   * @param partitions of a topic that does not exist yet, 1 to 1,000; see docs/decisions.md for why
   *     1
   * @param replication of such a topic; 1 on a single broker, 3 in production
   */
  public GroupCheck(KafkaSettings kafka, int partitions, short replication) {
    this.kafka = kafka;
    this.partitions = partitions;
    this.replication = replication;
  }

  /**
   * Creates what is missing and sets the groups' offset reset to {@code earliest}, so that what was
   * announced before the first worker came is delivered. Safe to repeat.
   *
   * @throws IllegalStateException in words for an operator, when Kafka refuses or does not answer
   */
  public void prepare(List<String> pools) {
    try (Admin admin = kafka.admin()) {
      createTopics(admin, pools);
      readFromEarliest(admin, groups(pools).toList());
    }
  }

  /** Who is told how far a check has come. */
  public interface Steps {
    /** The pools' topics and groups are as they have to be. */
    void prepared();

    /** A record went there and back; tidying up is left. */
    void proven();
  }

  /**
   * Both of the others in one, in as few round trips as that takes: for a start, which waits.
   *
   * @throws IllegalStateException as they do
   */
  public void prepareAndProve(List<String> pools, UUID nonce, Duration patience, Steps steps) {
    try (Admin admin = kafka.admin()) {
      createTopics(admin, pools);
      readFromEarliest(admin, Stream.concat(groups(pools), Stream.of(canaryGroup(nonce))).toList());
      steps.prepared();
      canary(admin, nonce, patience, steps::proven);
    }
  }

  private void createTopics(Admin admin, List<String> pools) {
    List<NewTopic> wanted = new ArrayList<>();
    wanted.add(new NewTopic(Topics.CANARY, 1, replication));
    for (String pool : pools) {
      Topics.jobs(pool).forEach(t -> wanted.add(new NewTopic(t, partitions, replication)));
    }
    for (KafkaFuture<Void> created : admin.createTopics(wanted).values().values()) {
      awaitCreated(created);
    }
  }

  private static Stream<String> groups(List<String> pools) {
    return pools.stream().flatMap(pool -> Topics.groups(pool).stream());
  }

  private static String canaryGroup(UUID nonce) {
    return "millrace.canary." + nonce;
  }

  /**
   * Sends a record and waits until a share group of its own has delivered it to this process and
   * kept the acknowledgement.
   *
   * @param nonce tells this canary from others
   * @throws IllegalStateException in words for an operator, when it does not come back in time
   */
  public void canary(UUID nonce, Duration patience) {
    try (Admin admin = kafka.admin()) {
      readFromEarliest(admin, List.of(canaryGroup(nonce)));
      canary(admin, nonce, patience, () -> {});
    }
  }

  private void canary(Admin admin, UUID nonce, Duration patience, Runnable proven) {
    String group = canaryGroup(nonce);
    try (ShareConsumer<byte[], byte[]> consumer = kafka.shareConsumer(group, 100);
        Producer<byte[], byte[]> producer = kafka.producer()) {
      consumer.subscribe(List.of(Topics.CANARY));
      var sent = producer.send(new ProducerRecord<>(Topics.CANARY, PointerMessage.encode(nonce)));
      sent.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      awaitCanary(consumer, nonce, patience);
      proven.run();
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      throw new IllegalStateException("Kafka did not take a canary record: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for the canary record", e);
    } finally {
      admin.deleteShareGroups(List.of(group));
    }
  }

  private static void awaitCanary(
      ShareConsumer<byte[], byte[]> consumer, UUID nonce, Duration patience) {
    long end = Time.SYSTEM.nanos() + patience.toNanos();
    while (Time.SYSTEM.nanos() - end < 0) {
      boolean found = false;
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
        consumer.acknowledge(record, AcknowledgeType.ACCEPT);
        found |= PointerMessage.decode(record.value()).equals(Optional.of(nonce));
      }
      Map<TopicIdPartition, Optional<KafkaException>> committed = consumer.commitSync(patience);
      for (Optional<KafkaException> error : committed.values()) {
        if (error.isPresent()) {
          throw new IllegalStateException(
              "Kafka delivered the canary record but did not keep its acknowledgement: "
                  + error.get());
        }
      }
      if (found) {
        return;
      }
    }
    throw new IllegalStateException(
        ("the canary record did not come back within %s: check that the broker's share groups work"
                + " (share.coordinator.state.topic.replication.factor and .min.isr must not exceed"
                + " the number of brokers)")
            .formatted(patience));
  }

  /** All groups in one request each way: a start waits for every round trip. */
  private static void readFromEarliest(Admin admin, List<String> groups) {
    List<ConfigResource> left =
        notEarliest(
            admin,
            groups.stream()
                .map(group -> new ConfigResource(ConfigResource.Type.GROUP, group))
                .toList());
    if (left.isEmpty()) {
      return;
    }
    List<AlterConfigOp> earliest =
        List.of(new AlterConfigOp(new ConfigEntry(RESET, "earliest"), AlterConfigOp.OpType.SET));
    await(
        admin
            .incrementalAlterConfigs(
                left.stream().collect(Collectors.toMap(group -> group, _ -> earliest)))
            .all(),
        "setting " + RESET + " of " + left);
    for (int tries = 0; tries < CONFIG_TRIES; tries++) {
      left = notEarliest(admin, left);
      if (left.isEmpty()) {
        return;
      }
      pause();
    }
    throw new IllegalStateException(
        "%s is not earliest for %s; it must be, or jobs announced before the first worker"
                .formatted(RESET, left)
            + " started would never be delivered");
  }

  /** A change is written by the controller; the broker that answers may learn of it later. */
  private static List<ConfigResource> notEarliest(Admin admin, List<ConfigResource> groups) {
    Map<ConfigResource, Config> configs =
        await(admin.describeConfigs(groups).all(), "reading " + groups);
    return groups.stream().filter(group -> !isEarliest(configs.get(group))).toList();
  }

  private static boolean isEarliest(@Nullable Config config) {
    ConfigEntry entry = config == null ? null : config.get(RESET);
    return entry != null && "earliest".equals(entry.value());
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(CONFIG_PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while setting up share groups", e);
    }
  }

  private static void awaitCreated(KafkaFuture<Void> created) {
    try {
      created.get(10, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw new IllegalStateException("Kafka did not create a topic: " + e.getCause(), e);
      }
      log.debug("topic is there already");
    } catch (TimeoutException e) {
      throw new IllegalStateException("Kafka did not create the topics within 10 s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while creating topics", e);
    }
  }

  private static <T> T await(KafkaFuture<T> future, String what) {
    try {
      return future.get(10, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(what + " failed: " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw new IllegalStateException(what + " took longer than 10 s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(what + " was interrupted", e);
    }
  }
}
