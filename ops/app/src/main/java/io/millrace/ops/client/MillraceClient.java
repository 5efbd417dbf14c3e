package io.millrace.ops.client;

import java.io.FileNotFoundException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Speaks to one Millrace server over HTTP/1.1; safe for several threads. Each call blocks until the
 * answer is there. A refused connection is tried again a bounded number of times, which is safe for
 * every request because none was sent; nothing else is repeated.
 *
 * <p>Every call throws {@link ServerRefusedException} when the answer is not 2xx and {@link
 * ServerUnreachableException} when none came.
 */
public final class MillraceClient implements AutoCloseable {
  /** Tries of one call while the connection is refused: half a second in all. */
  public static final int DEFAULT_TRIES = 3;

  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(30);

  /** A big file over a slow line takes its time, but not for ever. */
  private static final Duration UPLOAD_TIMEOUT = Duration.ofHours(1);

  private static final JsonMapper JSON = JsonMapper.shared();

  private final URI server;
  private final Exchange exchange;

  /** A client that tries a refused connection {@value #DEFAULT_TRIES} times. */
  public MillraceClient(URI server) {
    this(server, null);
  }

  /** The same with an API key. */
  public MillraceClient(URI server, @Nullable String apiKey) {
    this(server, apiKey, DEFAULT_TRIES, Pause.REAL);
  }

  /**
   * A client with its own patience.
   *
   * @param server scheme, host, port and perhaps a path under which {@code /v1} stands
   * @param apiKey sent with every call; null where the server needs none
   * @param tries of one call while the connection is refused, at least 1; the pauses between them
   *     double from 150 ms to 2 s
   * @param pause how to wait between them
   */
  public MillraceClient(URI server, @Nullable String apiKey, int tries, Pause pause) {
    this.server = server;
    this.exchange = new Exchange(server, apiKey, tries, pause);
  }

  public URI server() {
    return server;
  }

  /** Where a job's status can be read. */
  public URI jobUri(String id) {
    return exchange.uri(jobPath(id));
  }

  /** Submits a job; the answer has id, state and links. */
  public JsonNode submit(JobRequest job) throws ClientException, InterruptedException {
    HttpRequest.Builder request =
        exchange.to("/v1/jobs", CALL_TIMEOUT).header("Content-Type", "application/json");
    String key = job.options().idempotencyKey();
    if (key != null) {
      request.header(
          "Idempotency-Key", '"' + key.replace("\\", "\\\\").replace("\"", "\\\"") + '"');
    }
    return json(request.POST(BodyPublishers.ofString(job.toJson())).build());
  }

  /** What the job is doing now. */
  public JobStatus status(String id) throws ClientException, InterruptedException {
    return new JobStatus(json(get(jobPath(id))));
  }

  /** The handler's result; refused with {@code job-not-finished} until there is one. */
  public JsonNode result(String id) throws ClientException, InterruptedException {
    return json(get(jobPath(id) + "/result"));
  }

  /** The result as the text the server sent. */
  public String resultText(String id) throws ClientException, InterruptedException {
    return exchange.send(get(jobPath(id) + "/result"));
  }

  /** The lines the job has logged so far, and how many were dropped. */
  public JsonNode log(String id) throws ClientException, InterruptedException {
    return json(get(jobPath(id) + "/log"));
  }

  /** Why the job is where it is: code, sentence and what belongs to them. */
  public JsonNode why(String id) throws ClientException, InterruptedException {
    return json(get(jobPath(id) + "/why"));
  }

  /** Cancels a job and its children; the answer has its state then. */
  public JsonNode cancel(String id, ControlRequest request)
      throws ClientException, InterruptedException {
    return post(jobPath(id) + "/cancel", request);
  }

  /** Runs a failed job again; the answer has its state then. */
  public JsonNode retry(String id, ControlRequest request)
      throws ClientException, InterruptedException {
    return post(jobPath(id) + "/retry", request);
  }

  /**
   * A page of failed jobs.
   *
   * @param query parameters, encoded, without the question mark; may be empty
   */
  public JsonNode deadLetters(String query) throws ClientException, InterruptedException {
    return json(get("/v1/dead-letters" + (query.isEmpty() ? "" : "?" + query)));
  }

  /** Starts a replay of failed jobs; the answer has its id. */
  public JsonNode replay(ControlRequest request) throws ClientException, InterruptedException {
    return post("/v1/dead-letters/replay", request);
  }

  /** How far a replay is. */
  public JsonNode replayStatus(String id) throws ClientException, InterruptedException {
    return json(get("/v1/replays/" + segment(id)));
  }

  private JsonNode post(String path, ControlRequest request)
      throws ClientException, InterruptedException {
    return json(
        exchange
            .to(path, CALL_TIMEOUT)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(request.toJson()))
            .build());
  }

  /** The data sets a job may name. */
  public JsonNode datasets() throws ClientException, InterruptedException {
    return json(get("/v1/datasets"));
  }

  /**
   * Stores a file as a data set, replacing one of the same name; streamed, never held in memory.
   *
   * @return name, bytes and SHA-256 as the server counted them
   * @throws FileNotFoundException when the file is not there
   */
  public JsonNode upload(String name, Path file)
      throws ClientException, InterruptedException, FileNotFoundException {
    return json(
        exchange
            .to(datasetPath(name), UPLOAD_TIMEOUT)
            .header("Content-Type", "application/octet-stream")
            .PUT(BodyPublishers.ofFile(file))
            .build());
  }

  /** True once the server says that it is ready for work; never throws for a server not there. */
  public boolean isReady() throws InterruptedException {
    try {
      exchange.send(get("/actuator/health/readiness"));
      return true;
    } catch (ClientException e) {
      return false;
    }
  }

  /** The path of a job below the server's address. */
  public static String jobPath(String id) {
    return "/v1/jobs/" + segment(id);
  }

  /** The path of a data set below the server's address; slashes in the name stay slashes. */
  public static String datasetPath(String name) {
    return Arrays.stream(name.split("/", -1))
        .map(MillraceClient::segment)
        .collect(Collectors.joining("/", "/v1/datasets/", ""));
  }

  private HttpRequest get(String path) {
    return exchange.to(path, CALL_TIMEOUT).GET().build();
  }

  private JsonNode json(HttpRequest request) throws ClientException, InterruptedException {
    String body = exchange.send(request);
    try {
      return JSON.readTree(body);
    } catch (JacksonException e) {
      throw new ServerUnreachableException(
          server, "what answers there sent no JSON, so it is something else", e);
    }
  }

  private static String segment(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Override
  public void close() {
    exchange.close();
  }
}
