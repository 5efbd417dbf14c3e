package io.millrace.local;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Redis as a child process: a cache of at most 256 MB that evicts the least recently used key and
 * keeps nothing on disk, so a stop loses its content.
 *
 * <p>The program is that of {@code com.github.codemonstur:embedded-redis} 1.4.4. It calls itself
 * 6.2.11 on Linux x86-64 (the file is named 6.2.6-v5, a Redis Stack build) and 6.2.7 on ARM; the
 * x86-64 one needs OpenSSL 3 ({@code libssl.so.3}). The package's server class is not used: it
 * hides the pid and cannot be paused.
 */
public final class LocalRedis implements LocalServer {
  private static final Logger LOG = LoggerFactory.getLogger(LocalRedis.class);
  private static final String PROGRAM = "redis-server";
  private static final Duration STOP = Duration.ofSeconds(5);
  private static final int PING_TIMEOUT_MILLIS = 1000;
  private static final byte[] PING = "PING\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final String PONG = "+PONG";

  private final LocalSettings settings;
  private final Path folder;
  private final int port;
  private volatile @Nullable ChildProcess process;

  LocalRedis(LocalSettings settings, Path folder, int port) {
    this.settings = settings;
    this.folder = folder;
    this.port = port;
  }

  @Override
  public synchronized void start() {
    if (isRunning()) {
      return;
    }
    Ports.requireFree(port, "Redis", LocalSettings.REDIS_PORT);
    Path log = folder.resolve("server.log");
    Path program = Binaries.redis(settings.cacheDirectory());
    ChildProcess started = ChildProcess.start(PROGRAM, folder, log, command(program));
    boolean ready = Await.until(settings.startTimeout(), () -> answers() || !started.isAlive());
    if (!ready || !started.isAlive()) {
      stop(started);
      throw new LocalStackException(
          "Redis did not answer within %s (%s); see %s"
              .formatted(settings.startTimeout(), LocalSettings.START_TIMEOUT, log));
    }
    process = started;
  }

  /** SIGTERM, then SIGKILL after 5 s. */
  @Override
  public synchronized void stop() {
    ChildProcess stopping = process;
    if (stopping != null) {
      stop(stopping);
      process = null;
    }
  }

  /** SIGKILL. */
  public synchronized void kill() {
    ChildProcess killed = process;
    if (killed != null) {
      killed.kill();
      process = null;
    }
  }

  /** SIGSTOP: connections stay open, new ones queue in the kernel, nothing answers. */
  public synchronized void pause() {
    running().pause();
  }

  /** SIGCONT: ends {@link #pause}. */
  public synchronized void resume() {
    running().resume();
  }

  @Override
  public boolean isRunning() {
    ChildProcess current = process;
    return current != null && current.isAlive();
  }

  @Override
  public int port() {
    return port;
  }

  /** Process id; empty while stopped. */
  public OptionalLong pid() {
    ChildProcess current = process;
    return current == null ? OptionalLong.empty() : OptionalLong.of(current.pid());
  }

  /** {@code redis://127.0.0.1:<port>}. */
  public String uri() {
    return "redis://127.0.0.1:" + port;
  }

  /** Ends what a killed owner left running on this folder. */
  static void endOrphans(Path folder) {
    for (ChildProcess orphan : ChildProcess.orphans(PROGRAM, folder)) {
      LOG.atWarn().addKeyValue("pid", orphan.pid()).log("Stopping an orphaned Redis");
      stop(orphan);
    }
  }

  private List<String> command(Path program) {
    return List.of(
        program.toString(),
        "--bind",
        "127.0.0.1",
        "--port",
        Integer.toString(port),
        "--dir",
        folder.toString(),
        "--daemonize",
        "no",
        "--save",
        "", // A cache: nothing to keep, and no fork that doubles its memory.
        "--appendonly",
        "no",
        "--maxmemory",
        "256mb",
        "--maxmemory-policy",
        "allkeys-lru",
        "--databases",
        "1");
  }

  private boolean answers() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(Ports.loopback(), port), PING_TIMEOUT_MILLIS);
      socket.setSoTimeout(PING_TIMEOUT_MILLIS);
      socket.getOutputStream().write(PING);
      InputStream in = socket.getInputStream();
      byte[] answer = in.readNBytes(PONG.length());
      return new String(answer, StandardCharsets.US_ASCII).equals(PONG);
    } catch (IOException e) {
      return false; // Not up yet.
    }
  }

  private static void stop(ChildProcess stopping) {
    stopping.stop(STOP, Signal.TERM);
  }

  private ChildProcess running() {
    ChildProcess current = process;
    if (current == null) {
      throw new IllegalStateException("Redis is stopped");
    }
    return current;
  }
}
