package io.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.utils.Exit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LocalStackIT {
  private Path directory;
  private LocalSettings settings;
  private LocalStack stack;
  private Clients clients;

  @BeforeAll
  void start(@TempDir Path folder) {
    directory = folder;
    settings =
        LocalSettings.at(directory).withBrokerProperty("group.share.delivery.count.limit", "3");
    stack = LocalStack.start(settings);
    clients = new Clients(stack);
  }

  @AfterAll
  void close() {
    stack.close();
    assertThat(ProcessTable.of("postgres", directory.resolve("postgres/data"))).isEmpty();
    assertThat(ProcessTable.of("redis-server", directory.resolve("redis"))).isEmpty();
  }

  @Test
  void postgres_fullDurability_writesReachTheDisk() throws Exception {
    for (String setting : List.of("fsync", "synchronous_commit", "full_page_writes")) {
      assertThat(clients.value("SHOW " + setting)).as(setting).isEqualTo("on");
    }
    assertThat(clients.value("SHOW server_version_num")).startsWith("18");
    assertThat(clients.value("SHOW wal_compression")).isEqualTo("pglz");
  }

  @Test
  void postgres_wrongPassword_refused() {
    assertThatThrownBy(
            () -> DriverManager.getConnection(stack.jdbcUrl(), stack.username(), "guess"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("password authentication failed");
  }

  @Test
  void kafka_brokerProperty_wins() throws Exception {
    ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, "1");
    try (Admin admin = clients.admin()) {
      Config config = admin.describeConfigs(Set.of(broker)).all().get().values().iterator().next();
      assertThat(config.get("group.share.delivery.count.limit").value()).isEqualTo("3");
      assertThat(config.get("auto.create.topics.enable").value()).isEqualTo("false");
    }
  }

  @Test
  void start_sameFolderTwice_refusedWithPid() {
    assertThatThrownBy(() -> LocalStack.start(settings))
        .isInstanceOf(FolderInUseException.class)
        .hasMessageContaining("in use by process " + ProcessHandle.current().pid())
        .hasMessageContaining("millrace.local.data-directory");
  }

  @Test
  void start_portTaken_namesPortServerAndSetting(@TempDir Path other) throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, Ports.loopback())) {
      int port = taken.getLocalPort();
      assertThatThrownBy(() -> LocalStack.start(LocalSettings.at(other).withPorts(port, 0, 0)))
          .isInstanceOf(PortTakenException.class)
          .hasMessageContaining("port " + port + " for PostgreSQL is taken")
          .hasMessageContaining("millrace.local.postgres-port");
    }
    assertThat(ProcessTable.of("redis-server", other.resolve("redis"))).isEmpty();
  }

  @Test
  void listeners_allServers_loopbackOnly() throws Exception {
    for (int port : List.of(stack.postgres().port(), stack.kafka().port(), stack.redis().port())) {
      assertThat(listeningAddresses(port))
          .as("listeners on port %d", port)
          .isNotEmpty()
          .allMatch(a -> a.equals("0100007F") || a.equals("0000000000000000FFFF00000100007F"));
    }
  }

  @Test
  void kafka_stopAndStart_samePortSameRecords() throws Exception {
    clients.createTopic("outage");
    clients.readFromEarliest("outage-group");
    clients.send("outage", "before");
    int port = stack.kafka().port();

    stack.kafka().stop();
    assertThat(stack.kafka().isRunning()).isFalse();
    assertThat(Ports.isFree(port)).isTrue();
    stack.kafka().start();

    assertThat(stack.kafka().port()).isEqualTo(port);
    clients.send("outage", "after");
    assertThat(clients.take("outage-group", "outage", 2))
        .containsExactlyInAnyOrder("before", "after");
  }

  @Test
  void kafka_fatalFault_stopsTheBrokerNotTheJvm() throws Exception {
    assertThatThrownBy(() -> Exit.halt(1, "disk full"))
        .isInstanceOf(BrokerFaults.BrokerFault.class);
    assertThat(stack.kafka().isRunning()).isFalse();
    assertThat(stack.kafka().fault()).get().asString().contains("disk full");

    stack.kafka().start();
    assertThat(stack.kafka().isRunning()).isTrue();
    assertThat(stack.kafka().fault()).isEmpty();
    clients.createTopic("after-fault");
  }

  @Test
  void postgres_killAndStart_committedRowsAreThere() throws Exception {
    clients.sql("CREATE TABLE crash AS SELECT 1 AS x");
    long before = stack.postgres().pid().orElseThrow();
    stack.postgres().kill();
    assertThat(stack.postgres().isRunning()).isFalse();
    stack.postgres().start();
    assertThat(stack.postgres().pid().orElseThrow()).isNotEqualTo(before);
    assertThat(clients.value("SELECT x FROM crash")).isEqualTo("1");
  }

  @Test
  void postgres_paused_openConnectionsHangUntilResumed() throws Exception {
    try (Connection open = clients.connect()) {
      open.setNetworkTimeout(Runnable::run, 500);
      stack.postgres().pause();
      try {
        assertThatThrownBy(() -> open.createStatement().execute("SELECT 1"))
            .isInstanceOf(SQLException.class);
      } finally {
        stack.postgres().resume();
      }
    }
    assertThat(clients.value("SELECT 1")).isEqualTo("1");
  }

  @Test
  void postgres_stoppedWhilePaused_stops() throws Exception {
    try (Connection open = clients.connect()) {
      assertThat(open.isValid(5)).isTrue();
      stack.postgres().pause();
      stack.postgres().stop();
    }
    assertThat(ProcessTable.of("postgres", directory.resolve("postgres/data"))).isEmpty();
    stack.postgres().start();
    assertThat(clients.value("SELECT 1")).isEqualTo("1");
  }

  @Test
  void redis_killPauseStart_samePort() {
    int port = stack.redis().port();
    stack.redis().kill();
    assertThat(stack.redis().isRunning()).isFalse();
    stack.redis().start();
    try (Jedis jedis = new Jedis("127.0.0.1", port, 500)) {
      assertThat(jedis.set("k", "v")).isEqualTo("OK");
      assertThat(jedis.configGet("maxmemory-policy")).containsValue("allkeys-lru");
      assertThat(jedis.configGet("maxmemory")).containsValue(Integer.toString(256 << 20));
      stack.redis().pause();
      assertThatThrownBy(() -> jedis.get("k")).isInstanceOf(JedisConnectionException.class);
    } finally {
      stack.redis().resume();
    }
    try (Jedis jedis = new Jedis("127.0.0.1", port, 5000)) {
      assertThat(jedis.get("k")).isEqualTo("v");
    }
  }

  @Test
  void close_thenStart_samePortsSameData() throws Exception {
    clients.sql("CREATE TABLE kept AS SELECT 42 AS x");
    clients.createTopic("kept");
    clients.readFromEarliest("kept-group");
    clients.send("kept", "forty-two");
    List<Integer> ports = ports();

    stack.close();
    stack.close();
    assertThat(stack.postgres().isRunning()).isFalse();
    startAgain();

    assertThat(ports()).isEqualTo(ports);
    assertThat(clients.value("SELECT x FROM kept")).isEqualTo("42");
    assertThat(clients.take("kept-group", "kept", 1)).containsExactly("forty-two");
  }

  @Test
  void temporary_closed_folderIsGone() {
    LocalStack temporary =
        LocalStack.temporary(s -> s.withDurability(Durability.RELAXED).withShutdownHook(false));
    Path folder = temporary.dataDirectory();
    try {
      assertThat(new Clients(temporary))
          .satisfies(c -> assertThat(c.value("SHOW fsync")).isEqualTo("off"));
    } finally {
      temporary.close();
    }
    await().atMost(Duration.ofSeconds(5)).until(() -> !Files.exists(folder));
  }

  @Test
  void start_stalePidFileNamesAnotherProgram_starts() throws Exception {
    Process other = new ProcessBuilder("sleep", "60").start();
    try {
      stack.close();
      Path pidFile = directory.resolve("postgres/data/postmaster.pid");
      Files.writeString(pidFile, other.pid() + "\n/elsewhere\n");
      startAgain();
      assertThat(clients.value("SELECT 1")).isEqualTo("1");
      assertThat(other.isAlive()).isTrue();
    } finally {
      other.destroyForcibly();
    }
  }

  @Test
  void children_terminalCtrlC_doesNotReachThem() throws Exception {
    for (long pid :
        List.of(stack.postgres().pid().orElseThrow(), stack.redis().pid().orElseThrow())) {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      String session = stat.substring(stat.lastIndexOf(')') + 2).split(" ")[3]; // proc(5)
      assertThat(session).as("session of process %d", pid).isEqualTo(Long.toString(pid));
    }
  }

  @Test
  void shared_askedTwice_oneStack() throws Exception {
    LocalStack shared = SharedLocalStack.get();
    assertThat(SharedLocalStack.get()).isSameAs(shared);
    assertThat(new Clients(shared).value("SHOW fsync")).isEqualTo("on");
  }

  private void startAgain() {
    stack = LocalStack.start(settings);
    clients = new Clients(stack);
  }

  private List<Integer> ports() {
    return List.of(stack.postgres().port(), stack.kafka().port(), stack.redis().port());
  }

  /** Local addresses, hexadecimal as in proc(5), of the sockets that listen on the port. */
  private static List<String> listeningAddresses(int port) throws Exception {
    String suffix = String.format(Locale.ROOT, ":%04X", port);
    List<String> addresses = new ArrayList<>();
    for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      for (String line : Files.readAllLines(Path.of(table))) {
        String[] columns = line.strip().split("\\s+");
        if (columns[1].endsWith(suffix) && columns[3].equals("0A")) {
          addresses.add(columns[1].substring(0, columns[1].indexOf(':')));
        }
      }
    }
    return addresses;
  }
}
