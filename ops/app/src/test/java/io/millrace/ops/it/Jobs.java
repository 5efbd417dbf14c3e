package io.millrace.ops.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The API as a caller sees it: plain HTTP, no help from the client library. */
final class Jobs {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI url;
  private final @Nullable String apiKey;

  Jobs(URI url) {
    this(url, null);
  }

  private Jobs(URI url, @Nullable String apiKey) {
    this.url = url;
    this.apiKey = apiKey;
  }

  /** The same with a key on every request. */
  Jobs with(String key) {
    return new Jobs(url, key);
  }

  private HttpRequest.Builder to(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(url.resolve(path));
    return apiKey == null ? request : request.header("Authorization", "Bearer " + apiKey);
  }

  HttpResponse<String> post(String path, String contentType, byte[] body) {
    return send(
        to(path)
            .header("Content-Type", contentType)
            .POST(BodyPublishers.ofByteArray(body))
            .build());
  }

  HttpResponse<String> put(String path, byte[] body) {
    return send(to(path).PUT(BodyPublishers.ofByteArray(body)).build());
  }

  HttpResponse<String> get(String path) {
    return send(to(path).build());
  }

  /** Any request; headers as name, value, name, value. */
  HttpResponse<String> request(String method, String path, byte[] body, String... headers) {
    HttpRequest.Builder request =
        to(path)
            .version(HttpClient.Version.HTTP_1_1)
            .method(
                method,
                body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request.build());
  }

  URI url() {
    return url;
  }

  HttpResponse<String> submitRaw(String json) {
    return post(
        "/v1/jobs", "application/json", json.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  /** Submits and expects 202; the id. */
  String submit(String type, String payload) {
    return submit(type, payload, "");
  }

  /** As above with more top-level fields, each with a leading comma. */
  String submit(String type, String payload, String more) {
    HttpResponse<String> answer =
        submitRaw("{\"type\":\"" + type + "\",\"payload\":" + payload + more + "}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    return JSON.readTree(answer.body()).path("id").asString();
  }

  List<String> submitMany(int count, String type, String payload) {
    List<String> ids = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      ids.add(submit(type, payload));
    }
    return ids;
  }

  JsonNode status(String id) {
    HttpResponse<String> answer = get("/v1/jobs/" + id);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  String state(String id) {
    return status(id).path("state").asString();
  }

  JsonNode result(String id) {
    HttpResponse<String> answer = get("/v1/jobs/" + id + "/result");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  void awaitState(String id, String state) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .untilAsserted(() -> assertThat(state(id)).as(id).isEqualTo(state));
  }

  /** Waits for one job to succeed; its last status. */
  JsonNode succeeded(String id) {
    awaitState(id, "SUCCEEDED");
    return status(id);
  }

  static JsonNode json(HttpResponse<String> answer) {
    return parse(answer.body());
  }

  static JsonNode parse(String json) {
    return JSON.readTree(json);
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      return http.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
