package io.millrace.ops.client;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One request and its answer, repeated only while the connection is refused. */
final class Exchange implements AutoCloseable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(150);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  private final URI server;
  private final @Nullable String apiKey;
  private final int tries;
  private final Pause pause;
  private final HttpClient http;

  Exchange(URI server, @Nullable String apiKey, int tries, Pause pause) {
    if (tries < 1) {
      throw new IllegalArgumentException("tries is " + tries + ", but one try is the least");
    }
    this.server = server;
    this.apiKey = apiKey;
    this.tries = tries;
    this.pause = pause;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
  }

  /** A path below the server's address. */
  URI uri(String path) {
    String base = server.toString();
    String root = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
    return URI.create(root + path);
  }

  /** A request for a path below the server's address. */
  HttpRequest.Builder to(String path, Duration timeout) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(path))
            .timeout(timeout)
            .header("Accept", "application/json, application/problem+json");
    return apiKey == null ? request : request.header("Authorization", "Bearer " + apiKey);
  }

  /** The body of a 2xx answer. */
  String send(HttpRequest request) throws ClientException, InterruptedException {
    HttpResponse<String> response = answer(request);
    if (response.statusCode() / 100 != 2) {
      throw new ServerRefusedException(Problem.parse(response.statusCode(), response.body()));
    }
    return response.body();
  }

  private HttpResponse<String> answer(HttpRequest request)
      throws ClientException, InterruptedException {
    Duration wait = FIRST_PAUSE;
    for (int left = tries; ; left--) {
      try {
        return http.send(request, BodyHandlers.ofString());
      } catch (ConnectException e) {
        if (left <= 1 || isUnresolved(e)) {
          throw new ServerUnreachableException(server, reason(e), e);
        }
      } catch (IOException e) {
        throw new ServerUnreachableException(server, reason(e), e);
      }
      pause.of(wait);
      wait =
          wait.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? wait.multipliedBy(2) : LONGEST_PAUSE;
    }
  }

  private static String reason(IOException e) {
    return switch (e) {
      case ConnectException c when isUnresolved(c) -> "the host name is unknown";
      case ConnectException _ -> "connection refused";
      case HttpTimeoutException _ -> "no answer in time";
      default -> "the connection broke: " + e.getMessage();
    };
  }

  private static boolean isUnresolved(ConnectException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
