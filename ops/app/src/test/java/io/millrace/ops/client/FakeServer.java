package io.millrace.ops.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

/**
 * An HTTP server on a real socket that gives its answers in order and remembers what it was asked.
 */
public final class FakeServer implements AutoCloseable {
  private final HttpServer http;
  private final Deque<Answer> answers = new ArrayDeque<>();
  private final List<Asked> asked = Collections.synchronizedList(new ArrayList<>());

  private record Answer(int status, String type, String body) {}

  /** One request as it came. */
  public record Asked(
      String method,
      String path,
      String contentType,
      String authorization,
      String idempotencyKey,
      String body) {}

  public FakeServer() {
    this(0);
  }

  public FakeServer(int port) {
    try {
      http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    http.createContext("/", this::handle);
    http.start();
  }

  /** A port on which nothing listens. */
  public static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
  }

  /** The next answer; the last one given is repeated. */
  public FakeServer answer(int status, String body) {
    String type = status < 300 ? "application/json" : "application/problem+json";
    synchronized (answers) {
      answers.add(new Answer(status, type, body));
    }
    return this;
  }

  public List<Asked> asked() {
    return List.copyOf(asked);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      String type = exchange.getRequestHeaders().getFirst("Content-Type");
      String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
      String authorization = exchange.getRequestHeaders().getFirst("Authorization");
      asked.add(
          new Asked(
              exchange.getRequestMethod(),
              exchange.getRequestURI().getRawPath(),
              type == null ? "" : type,
              authorization == null ? "" : authorization,
              key == null ? "" : key,
              body));
      Answer answer = next();
      byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", answer.type());
      exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private Answer next() {
    synchronized (answers) {
      return answers.size() > 1 ? answers.remove() : answers.element();
    }
  }

  @Override
  public void close() {
    http.stop(0);
  }
}
