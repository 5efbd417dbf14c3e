package io.millrace.ops.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.millrace.ops.client.FakeServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoadGeneratorTest {
  private static final Requests REQUESTS = Requests.same(Requests.post("/", "{\"a\": \"ä\"}"));

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger asked = new AtomicInteger();

  @AfterEach
  void stopThreads() {
    threads.shutdownNow();
  }

  @Test
  void run_closed_sendsOnAllConnectionsAtOnceAndCountsEveryAnswer() throws Exception {
    CountDownLatch all = new CountDownLatch(4);
    List<String> bodies = Collections.synchronizedList(new ArrayList<>());
    HttpServer server =
        serve(
            exchange -> {
              bodies.add(
                  new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
              all.countDown();
              await(all);
              answer(exchange, 202, "{}");
            });
    LoadResult result = run(server, LoadPlan.closed(4, Duration.ofMillis(200), REQUESTS));

    assertThat(all.getCount()).isZero();
    assertThat(result.good()).isEqualTo(asked.get()).isGreaterThanOrEqualTo(4);
    assertThat(result.statuses()).containsExactly(java.util.Map.entry(202, result.good()));
    assertThat(result.errorCount()).isZero();
    assertThat(result.faults()).isEmpty();
    assertThat(result.rate()).isLessThanOrEqualTo(result.good() / 0.2);
    assertThat(bodies).containsOnly("{\"a\": \"ä\"}");
  }

  @Test
  void run_openWhileTheServerStands_countsLatencyFromWhenEachWasDue() throws Exception {
    CountDownLatch late = new CountDownLatch(1);
    HttpServer server =
        serve(
            exchange -> {
              await(late);
              answer(exchange, 200, "{}");
            });
    LoadPlan plan = LoadPlan.open(1, 100, Duration.ofMillis(500), REQUESTS);
    LoadResult result;
    try (LoadGenerator load = new LoadGenerator(url(server))) {
      // First told when 200 ms have passed: what was due in the first half of them waits as long.
      result = load.run(plan, elapsed -> late.countDown());
    }
    server.stop(0);

    assertThat(result.good()).isEqualTo(50);
    assertThat(result.errorCount()).isZero();
    assertThat(result.micros().getCountBetweenValues(100_000, result.micros().getMaxValue()))
        .isGreaterThanOrEqualTo(10);
  }

  @Test
  void run_refused_countsErrorsByStatus() throws Exception {
    HttpServer server = serve(exchange -> answer(exchange, 503, "{}"));
    LoadResult result = run(server, LoadPlan.open(2, 1000, Duration.ofMillis(20), REQUESTS));

    assertThat(result.good()).isZero();
    assertThat(result.rate()).isZero();
    assertThat(result.errorCount()).isEqualTo(20);
    assertThat(result.faults()).containsExactly("20 requests were answered with HTTP status 503");
  }

  @Test
  void run_answersWanted_tellsEachBody() throws Exception {
    HttpServer server = serve(exchange -> answer(exchange, 200, "x".repeat(5000)));
    List<Integer> lengths = new ArrayList<>();
    LoadPlan plan =
        LoadPlan.open(1, 1000, Duration.ofMillis(10), REQUESTS)
            .telling((status, sent, body, length) -> lengths.add(length));
    run(server, plan);

    assertThat(lengths).hasSize(10).containsOnly(5000);
  }

  @Test
  void run_nobodyListens_saysWhere() throws Exception {
    int port = FakeServer.freePort();
    try (LoadGenerator load = new LoadGenerator(URI.create("http://127.0.0.1:" + port))) {
      assertThatThrownBy(
              () -> load.run(LoadPlan.closed(3, Duration.ofSeconds(1), REQUESTS), elapsed -> {}))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot connect to 127.0.0.1:" + port + ": Connection refused");
      assertThatThrownBy(
              () ->
                  load.submit(
                      BulkPlan.of(2, "{}", Allowance.of(1), Duration.ofSeconds(10)), lines -> {}))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot connect to 127.0.0.1:" + port);
    }
  }

  @Test
  void run_serverHangsUp_countsItAndConnectsAgain() throws Exception {
    AtomicInteger accepted = new AtomicInteger();
    try (ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        LoadGenerator load =
            new LoadGenerator(URI.create("http://127.0.0.1:" + listener.getLocalPort()))) {
      threads.execute(() -> hangUp(listener, accepted));
      LoadResult result =
          load.run(LoadPlan.open(1, 100, Duration.ofMillis(50), REQUESTS), elapsed -> {});

      assertThat(result.good()).isZero();
      assertThat(result.errorCount()).isEqualTo(5);
      assertThat(accepted.get()).isGreaterThanOrEqualTo(5);
    }
  }

  @Test
  void submit_batches_countsAcceptedAndRefusedLines() throws Exception {
    AtomicInteger lines = new AtomicInteger();
    HttpServer server =
        serve(
            exchange -> {
              String body =
                  new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
              StringBuilder answers = new StringBuilder();
              int line = 0;
              for (String _ : body.split("\n", -1)) {
                line++;
                answers.append(
                    line % 10 == 0
                        ? "{\"line\":" + line + ",\"error\":{\"title\":\"too much\"}}\n"
                        : "{\"line\":" + line + ",\"id\":\"x\",\"state\":\"READY\"}\n");
              }
              // The text ends with a line feed, so the last piece is no line.
              lines.addAndGet(line - 1);
              answer(exchange, 200, answers.substring(0, answers.lastIndexOf("{\"line\"")));
            });
    BulkResult result;
    try (LoadGenerator load = new LoadGenerator(url(server))) {
      result =
          load.submit(
              BulkPlan.of(1, "{\"type\":\"echo\"}", Allowance.of(1_005), Duration.ofSeconds(20)),
              accepted -> {});
    }
    server.stop(0);

    assertThat(lines.get()).isEqualTo(1_005);
    assertThat(result.accepted()).isEqualTo(905);
    assertThat(result.refused()).isEqualTo(100);
    assertThat(result.faults()).hasSize(1);
    assertThat(result.faults().getFirst()).contains("a line of a batch was refused", "too much");
  }

  @Test
  void submit_batchRefused_saysTheStatus() throws Exception {
    HttpServer server =
        serve(
            exchange -> {
              exchange.getRequestBody().readAllBytes();
              answer(exchange, 503, "{}\n");
            });
    try (LoadGenerator load = new LoadGenerator(url(server))) {
      BulkResult result =
          load.submit(
              BulkPlan.of(2, "{}", Allowance.of(10), Duration.ofSeconds(20)), accepted -> {});
      assertThat(result.accepted()).isZero();
      assertThat(result.faults()).containsOnly("a batch was answered with HTTP status 503");
    }
    server.stop(0);
  }

  private static LoadResult run(HttpServer server, LoadPlan plan) throws Exception {
    try (LoadGenerator load = new LoadGenerator(url(server))) {
      return load.run(plan, elapsed -> {});
    } finally {
      server.stop(0);
    }
  }

  private HttpServer serve(HttpHandler handler) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          asked.incrementAndGet();
          handler.handle(exchange);
        });
    server.start();
    return server;
  }

  private static URI url(HttpServer server) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    try (exchange) {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void hangUp(ServerSocket listener, AtomicInteger accepted) {
    try {
      while (true) {
        try (Socket socket = listener.accept()) {
          accepted.incrementAndGet();
          int _ = socket.getInputStream().read();
        }
      }
    } catch (IOException e) {
      // The test is over.
    }
  }
}
