package io.millrace.workers.upkeep;

import io.millrace.wire.KafkaSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks Kafka how many pointers a topic still holds for its share group. For one thread. */
final class Backlog implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Backlog.class);
  private static final int PATIENCE_SECONDS = 5;

  private final KafkaSettings kafka;
  private @Nullable Admin admin;

  Backlog(KafkaSettings kafka) {
    this.kafka = kafka;
  }

  /**
   * The most pointers the group may still receive: per partition its lag, or, where the group has
   * no state yet (its lag reads null, which is not zero), all records there are.
   *
   * @return empty when Kafka does not say
   */
  OptionalLong of(String topic, String group) throws InterruptedException {
    try {
      Admin open = admin();
      Map<TopicPartition, SharePartitionOffsetInfo> known =
          await(
              open.listShareGroupOffsets(Map.of(group, new ListShareGroupOffsetsSpec()))
                  .partitionsToOffsetInfo(group));
      TopicDescription description =
          await(open.describeTopics(List.of(topic)).topicNameValues().get(topic));
      long sum = 0;
      for (var partition : description.partitions()) {
        TopicPartition at = new TopicPartition(topic, partition.partition());
        SharePartitionOffsetInfo info = known.get(at);
        sum += info != null && info.lag().isPresent() ? info.lag().get() : records(open, at);
      }
      return OptionalLong.of(sum);
    } catch (ExecutionException | TimeoutException e) {
      log.debug("backlog is unknown topic={} error={}", topic, e.toString());
      return OptionalLong.empty();
    }
  }

  @Override
  public void close() {
    if (admin != null) {
      admin.close(Duration.ofSeconds(1));
    }
  }

  private static long records(Admin admin, TopicPartition at)
      throws InterruptedException, ExecutionException, TimeoutException {
    long first = offset(admin, at, OffsetSpec.earliest());
    return offset(admin, at, OffsetSpec.latest()) - first;
  }

  private static long offset(Admin admin, TopicPartition at, OffsetSpec spec)
      throws InterruptedException, ExecutionException, TimeoutException {
    return await(admin.listOffsets(Map.of(at, spec)).partitionResult(at)).offset();
  }

  private static <T> T await(@Nullable KafkaFuture<T> future)
      throws InterruptedException, ExecutionException, TimeoutException {
    if (future == null) {
      throw new TimeoutException("Kafka did not answer for what was asked");
    }
    return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private Admin admin() {
    if (admin == null) {
      admin = kafka.admin();
    }
    return admin;
  }
}
