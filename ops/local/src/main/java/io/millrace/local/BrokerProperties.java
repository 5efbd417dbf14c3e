package io.millrace.local;

import java.nio.file.Path;
import java.util.Properties;
import java.util.Set;

/**
 * Properties of the one Kafka node, broker and controller in one. Names and defaults: Kafka 4.2
 * documentation, "Broker Configs". Everything not named keeps Kafka's default.
 */
final class BrokerProperties {
  static final int NODE_ID = 1;
  static final String CONTROLLER = "CONTROLLER";

  /** What the stack decides itself: where the broker listens and keeps its data. */
  static final Set<String> PLACEMENT =
      Set.of(
          "process.roles",
          "node.id",
          "broker.id",
          "listeners",
          "advertised.listeners",
          "controller.listener.names",
          "controller.quorum.voters",
          "log.dir",
          "log.dirs",
          "metadata.log.dir");

  private BrokerProperties() {}

  static Properties of(LocalSettings settings, Path data, int port, int controllerPort) {
    Properties all = new Properties();
    internalTopics(all);
    shareGroups(all);
    records(all);
    footprint(all);
    all.putAll(settings.brokerProperties());
    placement(all, data, port, controllerPort);
    return all;
  }

  private static void placement(Properties all, Path data, int port, int controllerPort) {
    String broker = "PLAINTEXT://127.0.0.1:" + port;
    all.put("process.roles", "broker,controller");
    all.put("node.id", Integer.toString(NODE_ID));
    all.put("listeners", broker + "," + CONTROLLER + "://127.0.0.1:" + controllerPort);
    all.put("advertised.listeners", broker);
    all.put("controller.listener.names", CONTROLLER);
    all.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT," + CONTROLLER + ":PLAINTEXT");
    all.put("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort);
    all.put("log.dirs", data.toString());
  }

  /** One node cannot hold three replicas; without these a share consumer silently gets nothing. */
  private static void internalTopics(Properties all) {
    all.put("default.replication.factor", "1");
    all.put("min.insync.replicas", "1");
    all.put("offsets.topic.replication.factor", "1");
    all.put("offsets.topic.num.partitions", "3");
    all.put("transaction.state.log.replication.factor", "1");
    all.put("transaction.state.log.min.isr", "1");
    all.put("transaction.state.log.num.partitions", "1");
    all.put("share.coordinator.state.topic.replication.factor", "1");
    all.put("share.coordinator.state.topic.min.isr", "1");
    all.put("share.coordinator.state.topic.num.partitions", "3");
  }

  private static void shareGroups(Properties all) {
    // Twice the default: a delivery is spent on each crash and each release, not only on poison.
    all.put("group.share.delivery.count.limit", "10");
    // A member learns of its partitions with a heartbeat: at the default of 5 s the first one to
    // come
    // after a start waits that long for its first record.
    all.put("group.share.min.heartbeat.interval.ms", "500");
    all.put("group.share.heartbeat.interval.ms", "500");
    all.put("group.initial.rebalance.delay.ms", "0"); // Classic groups start at once.
  }

  private static void records(Properties all) {
    all.put("auto.create.topics.enable", "false"); // A typo must fail, not make a topic.
    all.put("log.retention.hours", "168"); // 7 days: longer than any backlog we mean to drain.
    all.put("log.segment.bytes", "134217728"); // 128 MiB, so that retention frees disk in steps.
  }

  /** An all-in-one process on two cores: defaults are made for a machine of its own. */
  private static void footprint(Properties all) {
    all.put("num.network.threads", "2");
    all.put("num.io.threads", "4");
    all.put("background.threads", "2");
    all.put("num.recovery.threads.per.data.dir", "2");
    all.put("group.coordinator.threads", "1");
    all.put("share.coordinator.threads", "1");
    all.put("log.cleaner.dedupe.buffer.size", "8388608"); // 8 MiB; 128 MiB at once by default.
    all.put("log.cleaner.io.buffer.size", "131072");
    all.put("queued.max.requests", "200");
    all.put("metric.reporters", ""); // No JMX beans: nobody reads them here.
    // Records that say nothing, written, flushed and applied twice a second by default; they matter
    // where controllers follow a leader.
    all.put("metadata.max.idle.interval.ms", "10000");
    // A killed broker's session must run out before its successor may register: 9 s by default.
    all.put("broker.heartbeat.interval.ms", "1000");
    all.put("broker.session.timeout.ms", "4000");
  }
}
