package io.millrace.local;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The ports of one data folder, remembered in {@code ports.properties} so that clients and Kafka's
 * advertised listener find them again after a restart.
 */
record Ports(int postgres, int kafka, int kafkaController, int redis) {
  /**
   * Free ports are chosen below Linux's ephemeral range (32768 and up): an outgoing connection of
   * any program could otherwise take the port of a server that is stopped for a while.
   */
  private static final int LOWEST = 20_000;

  private static final int HIGHEST = 32_000;
  private static final int TRIES = 200;

  static Ports choose(LocalSettings settings, Path root) {
    Path file = root.resolve("ports.properties");
    Properties before = read(file);
    Set<Integer> used = new HashSet<>();
    Ports ports =
        new Ports(
            choose(settings.postgresPort(), before, "postgres", used),
            choose(settings.kafkaPort(), before, "kafka", used),
            choose(0, before, "kafkaController", used),
            choose(settings.redisPort(), before, "redis", used));
    write(file, ports);
    return ports;
  }

  /** Refuses with a message that names the setting when the port is taken. */
  static void requireFree(int port, String server, String setting) {
    if (!isFree(port)) {
      throw new PortTakenException(port, server, setting);
    }
  }

  static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      // Connections in TIME_WAIT are no reason to refuse; none of the servers minds them either.
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(loopback(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  static InetAddress loopback() throws IOException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
  }

  private static int choose(int configured, Properties before, String key, Set<Integer> used) {
    if (configured != 0) {
      used.add(configured);
      return configured;
    }
    int remembered = parse(before.getProperty(key, "0"));
    if (remembered > 0 && isFree(remembered) && used.add(remembered)) {
      return remembered;
    }
    for (int i = 0; i < TRIES; i++) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
      if (isFree(port) && used.add(port)) {
        return port;
      }
    }
    throw new LocalStackException(
        "no free port for %s in %d tries between %d and %d".formatted(key, TRIES, LOWEST, HIGHEST));
  }

  private static int parse(String text) {
    try {
      int port = Integer.parseInt(text.strip());
      return port > 0 && port <= 65_535 ? port : 0;
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static Properties read(Path file) {
    Properties properties = new Properties();
    if (Files.exists(file)) {
      try (Reader reader = Files.newBufferedReader(file)) {
        properties.load(reader);
      } catch (IOException e) {
        throw new LocalStackException("cannot read " + file, e);
      }
    }
    return properties;
  }

  private static void write(Path file, Ports ports) {
    Properties properties = new Properties();
    properties.setProperty("postgres", Integer.toString(ports.postgres));
    properties.setProperty("kafka", Integer.toString(ports.kafka));
    properties.setProperty("kafkaController", Integer.toString(ports.kafkaController));
    properties.setProperty("redis", Integer.toString(ports.redis));
    try (Writer writer = Files.newBufferedWriter(file)) {
      properties.store(writer, "Ports on 127.0.0.1, kept over restarts while they are free.");
    } catch (IOException e) {
      throw new LocalStackException("cannot write " + file, e);
    }
  }
}
