package io.millrace.boot;

import io.millrace.wire.KafkaSettings;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code millrace.kafka.*}: how to reach Kafka, 4.2 or newer.
 *
 * @param bootstrapServers {@code host:port}, comma-separated
 * @param client properties handed to every Kafka client as they are, such as {@code
 *     security.protocol} and {@code sasl.jaas.config}
 * @param partitions of a job topic this process has to create, 1 to 1,000
 * @param replication of a topic this process has to create, 1 to 10
 */
@ConfigurationProperties("millrace.kafka")
public record KafkaProperties(
    @DefaultValue("") String bootstrapServers,
    @DefaultValue Map<String, String> client,
    @DefaultValue("1") int partitions,
    @DefaultValue("1") int replication) {
  public KafkaProperties {
    Checked.present(
        "millrace.kafka.bootstrap-servers", bootstrapServers, "set it to host:port[,host:port]");
    Checked.range(
        "millrace.kafka.partitions",
        partitions,
        1,
        1_000,
        "a partition belongs to one worker when there are more partitions than workers");
    Checked.range(
        "millrace.kafka.replication", replication, 1, 10, "it cannot exceed the number of brokers");
  }

  /** The clients' side of it. */
  public KafkaSettings settings() {
    return new KafkaSettings(bootstrapServers, client);
  }
}
