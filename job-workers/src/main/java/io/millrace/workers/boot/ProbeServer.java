package io.millrace.workers.boot;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.boot.ConfigurationRefusedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * The HTTP interface of a worker without a web server, which would be a third of its start: health
 * and metrics under the paths of Spring Boot's actuator. It answers before the worker starts and
 * until after it has left.
 */
public final class ProbeServer implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(ProbeServer.class);
  private static final int THREADS = 2;
  private static final int BACKLOG = 50;
  private static final Duration MOST_TIME_OF_A_REQUEST = Duration.ofSeconds(10);

  static {
    // The JDK's server waits for ever for the rest of a request, unless told so before its first.
    String seconds = String.valueOf(MOST_TIME_OF_A_REQUEST.toSeconds());
    for (String key : new String[] {"maxReqTime", "maxRspTime"}) {
      if (System.getProperty("sun.net.httpserver." + key) == null) {
        System.setProperty("sun.net.httpserver." + key, seconds);
      }
    }
  }

  private final InetSocketAddress address;
  private final Probes probes;
  private @Nullable HttpServer server;
  private @Nullable ExecutorService threads;

  /**
   * Makes a server; it listens once started.
   *
   * @param address where, as configured by {@code server.address} and {@code server.port}
   */
  ProbeServer(InetSocketAddress address, Probes probes) {
    this.address = address;
    this.probes = probes;
  }

  /** Where it listens; 0 when it does not. */
  public synchronized int port() {
    return server == null ? 0 : server.getAddress().getPort();
  }

  @Override
  public synchronized void start() {
    HttpServer fresh = bind();
    threads =
        Executors.newFixedThreadPool(
            THREADS, Thread.ofPlatform().name("millrace-probe-", 1).daemon().factory());
    fresh.setExecutor(threads);
    fresh.createContext("/", this::answer);
    fresh.start();
    server = fresh;
  }

  private HttpServer bind() {
    try {
      return HttpServer.create(address, BACKLOG);
    } catch (BindException e) {
      throw new ConfigurationRefusedException(
          "Port "
              + address.getPort()
              + " is taken: something else answers there. Choose another with --port or"
              + " server.port, 0 for any.");
    } catch (IOException e) {
      throw new UncheckedIOException("server.address " + address + " cannot be listened on", e);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      Probes.Answer answer = probes.answer(exchange.getRequestURI().getPath(), accepted(exchange));
      boolean head = exchange.getRequestMethod().equals("HEAD");
      if (!head && !exchange.getRequestMethod().equals("GET")) {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        exchange.sendResponseHeaders(405, -1);
        return;
      }
      exchange.getResponseHeaders().set("Content-Type", answer.contentType());
      exchange.sendResponseHeaders(answer.status(), head ? -1 : answer.body().length);
      if (!head) {
        exchange.getResponseBody().write(answer.body());
      }
    } catch (RuntimeException e) {
      log.warn("a probe could not be answered path={}", exchange.getRequestURI().getPath(), e);
      throw e;
    }
  }

  private static String accepted(HttpExchange exchange) {
    String accept = exchange.getRequestHeaders().getFirst("Accept");
    return accept == null ? "" : accept;
  }

  @Override
  public synchronized void stop() {
    if (server != null) {
      server.stop(0);
      server = null;
    }
    if (threads != null) {
      threads.shutdownNow();
      threads = null;
    }
  }

  @Override
  public synchronized boolean isRunning() {
    return server != null;
  }

  /** Before the worker, which has the last phase. */
  @Override
  public int getPhase() {
    return DEFAULT_PHASE - 1;
  }
}
