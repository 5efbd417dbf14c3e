package io.millrace.local;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Where and how the embedded stack runs.
 *
 * @param dataDirectory folder of all state; created when absent; owned by one stack at a time
 * @param cacheDirectory folder of the unpacked PostgreSQL and Redis programs, about 90 MB, shared
 *     by any number of stacks
 * @param postgresPort 0..65535; 0 = the port this data folder had before if free, else a free one
 * @param kafkaPort like {@code postgresPort}
 * @param redisPort like {@code postgresPort}
 * @param durability of PostgreSQL commits
 * @param brokerProperties Kafka broker properties that win over the stack's own; not those that
 *     place the broker (see {@link BrokerProperties#PLACEMENT})
 * @param startTimeout longest wait for each server to answer, 1 s to 10 min; a large database that
 *     was killed may need minutes to recover
 * @param shutdownHook whether JVM exit closes a stack that is still open. Turn it off when the
 *     application closes the stack in its own ordered shutdown: hooks run in parallel
 */
public record LocalSettings(
    Path dataDirectory,
    Path cacheDirectory,
    int postgresPort,
    int kafkaPort,
    int redisPort,
    Durability durability,
    Map<String, String> brokerProperties,
    Duration startTimeout,
    boolean shutdownHook) {

  /** Names under which applications offer the settings; error messages quote them. */
  public static final String DATA_DIRECTORY = "millrace.local.data-directory";

  public static final String CACHE_DIRECTORY = "millrace.local.cache-directory";
  public static final String POSTGRES_PORT = "millrace.local.postgres-port";
  public static final String KAFKA_PORT = "millrace.local.kafka-port";
  public static final String REDIS_PORT = "millrace.local.redis-port";
  public static final String START_TIMEOUT = "millrace.local.start-timeout";
  public static final String BROKER_PROPERTIES = "millrace.local.broker-properties";

  private static final Duration SHORTEST_START = Duration.ofSeconds(1);
  private static final Duration LONGEST_START = Duration.ofMinutes(10);

  /**
   * Checks every value.
   *
   * @throws IllegalArgumentException naming key, value and range
   */
  public LocalSettings {
    dataDirectory = dataDirectory.toAbsolutePath().normalize();
    cacheDirectory = cacheDirectory.toAbsolutePath().normalize();
    requirePort(POSTGRES_PORT, postgresPort);
    requirePort(KAFKA_PORT, kafkaPort);
    requirePort(REDIS_PORT, redisPort);
    if (startTimeout.compareTo(SHORTEST_START) < 0 || startTimeout.compareTo(LONGEST_START) > 0) {
      throw new IllegalArgumentException(
          "%s = %s is outside %s to %s: shorter never succeeds, longer hides a dead server"
              .formatted(START_TIMEOUT, startTimeout, SHORTEST_START, LONGEST_START));
    }
    brokerProperties = Map.copyOf(brokerProperties);
    for (String key : brokerProperties.keySet()) {
      if (BrokerProperties.PLACEMENT.contains(key)) {
        throw new IllegalArgumentException(
            "%s must not set %s: the stack places the broker itself"
                .formatted(BROKER_PROPERTIES, key));
      }
    }
  }

  /** Defaults on the given data folder: free ports, full durability, 60 s to start, hook on. */
  public static LocalSettings at(Path dataDirectory) {
    return new LocalSettings(
        dataDirectory,
        Path.of(System.getProperty("user.home", "."), ".cache", "millrace"),
        0,
        0,
        0,
        Durability.FULL,
        Map.of(),
        Duration.ofSeconds(60),
        true);
  }

  /** A copy with these ports, each 0..65535. */
  public LocalSettings withPorts(int postgres, int kafka, int redis) {
    return new LocalSettings(
        dataDirectory,
        cacheDirectory,
        postgres,
        kafka,
        redis,
        durability,
        brokerProperties,
        startTimeout,
        shutdownHook);
  }

  /** A copy with this durability. */
  public LocalSettings withDurability(Durability value) {
    return new LocalSettings(
        dataDirectory,
        cacheDirectory,
        postgresPort,
        kafkaPort,
        redisPort,
        value,
        brokerProperties,
        startTimeout,
        shutdownHook);
  }

  /** A copy with one more Kafka broker property. */
  public LocalSettings withBrokerProperty(String key, String value) {
    Map<String, String> more = new HashMap<>(brokerProperties);
    more.put(key, value);
    return new LocalSettings(
        dataDirectory,
        cacheDirectory,
        postgresPort,
        kafkaPort,
        redisPort,
        durability,
        more,
        startTimeout,
        shutdownHook);
  }

  /** A copy with the shutdown hook on or off. */
  public LocalSettings withShutdownHook(boolean value) {
    return new LocalSettings(
        dataDirectory,
        cacheDirectory,
        postgresPort,
        kafkaPort,
        redisPort,
        durability,
        brokerProperties,
        startTimeout,
        value);
  }

  private static void requirePort(String key, int port) {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException(
          "%s = %d is outside 0 to 65535, the range of TCP ports (0 = any free port)"
              .formatted(key, port));
    }
  }

  /** A copy with another folder for the unpacked programs. */
  public LocalSettings withCacheDirectory(Path value) {
    return new LocalSettings(
        dataDirectory,
        value,
        postgresPort,
        kafkaPort,
        redisPort,
        durability,
        brokerProperties,
        startTimeout,
        shutdownHook);
  }

  /** A copy with another longest wait for each server, 1 s to 10 min. */
  public LocalSettings withStartTimeout(Duration value) {
    return new LocalSettings(
        dataDirectory,
        cacheDirectory,
        postgresPort,
        kafkaPort,
        redisPort,
        durability,
        brokerProperties,
        value,
        shutdownHook);
  }
}
