package io.millrace.local;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.jspecify.annotations.Nullable;

/**
 * One Kafka node, broker and KRaft controller, on threads of this JVM, with share groups.
 *
 * <p>An acknowledged record is in the page cache: it survives the death of the JVM, not of the
 * machine, as on any broker with one replica. There is no {@code kill()}: a thread cannot be
 * killed, only the JVM as a whole. After a kill the next start takes up to 5 s longer, until the
 * session of the dead broker ran out.
 *
 * <p>A fatal fault of the broker does not halt the JVM: see {@link #fault}. While this class is in
 * use Kafka's static exit procedures belong to it.
 */
public final class LocalKafka implements LocalServer {
  private static final Duration STOP = Duration.ofSeconds(30);

  private final LocalSettings settings;
  private final Path data;
  private final int port;
  private final int controllerPort;
  private volatile @Nullable KafkaRaftServer server;
  private volatile @Nullable RuntimeException fault;

  LocalKafka(LocalSettings settings, Path data, int port, int controllerPort) {
    this.settings = settings;
    this.data = data;
    this.port = port;
    this.controllerPort = controllerPort;
  }

  @Override
  public synchronized void start() {
    if (isRunning()) {
      return;
    }
    stop(); // Clears away a broker that failed.
    Ports.requireFree(port, "Kafka", LocalSettings.KAFKA_PORT);
    fault = null;
    format();
    KafkaRaftServer starting = new KafkaRaftServer(config(), Time.SYSTEM);
    BrokerFaults.watch(this);
    try {
      Bounded.run("kafka-start", settings.startTimeout(), starting::startup);
      server = starting;
    } catch (LocalStackException e) {
      shutdown(starting);
      throw e;
    }
  }

  /** Controlled shutdown, at most 30 s; the logs are flushed and marked clean. */
  @Override
  public synchronized void stop() {
    KafkaRaftServer stopping = server;
    if (stopping != null) {
      server = null;
      shutdown(stopping);
    }
  }

  private void shutdown(KafkaRaftServer stopping) {
    try {
      Bounded.run(
          "kafka-stop",
          STOP,
          () -> {
            stopping.shutdown();
            stopping.awaitShutdown();
          });
    } finally {
      BrokerFaults.unwatch(this);
    }
  }

  private KafkaConfig config() {
    try {
      return new KafkaConfig(BrokerProperties.of(settings, data, port, controllerPort), false);
    } catch (ConfigException e) {
      throw new LocalStackException(
          "%s: %s".formatted(LocalSettings.BROKER_PROPERTIES, e.getMessage()), e);
    }
  }

  @Override
  public boolean isRunning() {
    return server != null && fault == null;
  }

  @Override
  public int port() {
    return port;
  }

  /** {@code 127.0.0.1:<port>}, for {@code bootstrap.servers}. */
  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  /**
   * Why the broker died, when it did. It then stays down until {@link #stop} and {@link #start}; an
   * application reports itself unhealthy.
   */
  public Optional<RuntimeException> fault() {
    return Optional.ofNullable(fault);
  }

  void failed(RuntimeException cause) {
    fault = cause;
  }

  /** Gives a new folder its cluster id; {@code meta.properties} is what formatting writes last. */
  private void format() {
    if (Files.exists(data.resolve("meta.properties"))) {
      return;
    }
    try {
      new Formatter()
          .setPrintStream(
              new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
          .setClusterId(Uuid.randomUuid().toString())
          .setNodeId(BrokerProperties.NODE_ID)
          .setDirectories(List.of(data.toString()))
          .setMetadataLogDirectory(data.toString())
          .setControllerListenerName(BrokerProperties.CONTROLLER)
          .setIgnoreFormatted(true)
          .run();
    } catch (Exception e) {
      throw new LocalStackException("cannot format Kafka's folder " + data, e);
    }
  }
}
