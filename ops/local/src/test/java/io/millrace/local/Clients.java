package io.millrace.local;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The three servers as their clients see them. */
final class Clients {
  private static final Duration BOUND = Duration.ofSeconds(20);

  private final LocalStack stack;

  Clients(LocalStack stack) {
    this.stack = stack;
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(stack.jdbcUrl(), stack.username(), stack.password());
  }

  void sql(String statement) throws SQLException {
    try (Connection connection = connect();
        Statement jdbc = connection.createStatement()) {
      jdbc.execute(statement);
    }
  }

  String value(String query) throws SQLException {
    try (Connection connection = connect();
        Statement jdbc = connection.createStatement();
        ResultSet rows = jdbc.executeQuery(query)) {
      rows.next();
      return rows.getString(1);
    }
  }

  Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", stack.bootstrapServers()));
  }

  void createTopic(String topic) throws Exception {
    try (Admin admin = admin()) {
      get(admin.createTopics(List.of(new NewTopic(topic, 2, (short) 1))).all());
    }
  }

  void send(String topic, String value) throws Exception {
    Map<String, Object> config =
        Map.of("bootstrap.servers", stack.bootstrapServers(), "acks", "all");
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
      producer.send(new ProducerRecord<>(topic, value)).get(20, TimeUnit.SECONDS);
    }
  }

  void readFromEarliest(String group) throws Exception {
    try (Admin admin = admin()) {
      Collection<AlterConfigOp> change =
          List.of(
              new AlterConfigOp(
                  new ConfigEntry("share.auto.offset.reset", "earliest"),
                  AlterConfigOp.OpType.SET));
      get(
          admin
              .incrementalAlterConfigs(
                  Map.of(new ConfigResource(ConfigResource.Type.GROUP, group), change))
              .all());
    }
  }

  /** Reads and acknowledges until that many values came or the bound passed. */
  List<String> take(String group, String topic, int count) {
    Map<String, Object> config =
        Map.of(
            "bootstrap.servers", stack.bootstrapServers(),
            "group.id", group,
            "share.acknowledgement.mode", "explicit",
            "share.acquire.mode", "record_limit",
            "max.poll.records", "10");
    List<String> values = new ArrayList<>();
    try (KafkaShareConsumer<String, String> consumer =
        new KafkaShareConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of(topic));
      long start = System.nanoTime();
      while (values.size() < count && System.nanoTime() - start < BOUND.toNanos()) {
        for (ConsumerRecord<String, String> polled : consumer.poll(Duration.ofMillis(200))) {
          values.add(polled.value());
          consumer.acknowledge(polled);
        }
        consumer.commitSync();
      }
    }
    return values;
  }

  private static void get(org.apache.kafka.common.KafkaFuture<?> future)
      throws ExecutionException, InterruptedException, TimeoutException {
    future.get(20, TimeUnit.SECONDS);
  }
}
