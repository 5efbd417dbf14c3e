package io.millrace.ops.launch;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks a process on this machine whether it works; one that does not answer yet does not. */
public final class HealthProbe implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int OK = 200;

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private final URI root;

  public HealthProbe(int port) {
    this.root = URI.create("http://127.0.0.1:" + port);
  }

  public boolean isReady() throws InterruptedException {
    return !ask("/actuator/health/readiness").isEmpty();
  }

  /** Whether the API knows a worker of this name that lives and serves pools. */
  public boolean hasLiveWorker(String name) throws InterruptedException {
    String answer = ask("/v1/workers");
    if (answer.isEmpty()) {
      return false;
    }
    for (JsonNode worker : JSON.readTree(answer).path("workers")) {
      if (name.equals(worker.path("name").asString())
          && "LIVE".equals(worker.path("state").asString())
          && !worker.path("pools").isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /** The body of a 200; empty for anything else. */
  private String ask(String path) throws InterruptedException {
    try {
      var answer =
          http.send(
              HttpRequest.newBuilder(root.resolve(path)).timeout(PATIENCE).build(),
              BodyHandlers.ofString());
      return answer.statusCode() == OK ? answer.body() : "";
    } catch (IOException e) {
      return "";
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
