package io.millrace.ops.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.ops.trace.OtlpReceiver.Received;
import io.millrace.ops.up.Millrace;
import io.millrace.ops.up.Role;
import io.millrace.ops.up.UpSettings;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An API and a worker, each in a process of its own with the agent, and a collector. */
class TracingIT {
  private static final String SUBMITTER = "00f067aa0ba902b7";
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Deque<AutoCloseable> started = new ArrayDeque<>();

  @TempDir static Path data;

  @SuppressWarnings("NullAway.Init") // set before all tests
  private static OtlpReceiver receiver;

  @SuppressWarnings("NullAway.Init") // set before all tests
  private static URI api;

  @BeforeAll
  static void start() throws Exception {
    receiver = new OtlpReceiver();
    started.push(receiver);
    started.push(Millrace.start(new UpSettings(data, 0, Set.of(Role.INFRA), Map.of())));
    // One by its switch, the other by the variables alone.
    LaunchedServer apiProcess = launch("api", "--api", "--otel");
    LaunchedServer workerProcess = launch("worker", "--worker");
    api = apiProcess.awaitUp();
    workerProcess.awaitUp();
  }

  private static LaunchedServer launch(String name, String... roles) throws Exception {
    Map<String, String> variables =
        Map.of(
            "OTEL_SERVICE_NAME", "millrace-" + name,
            "OTEL_EXPORTER_OTLP_ENDPOINT", receiver.endpoint(),
            "OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf",
            "OTEL_METRICS_EXPORTER", "none",
            "OTEL_LOGS_EXPORTER", "none",
            "OTEL_BSP_SCHEDULE_DELAY", "100");
    List<String> arguments = new ArrayList<>(List.of(roles));
    arguments.addAll(List.of("--port", "0", "--data", data.toString()));
    LaunchedServer server = LaunchedServer.start(data.resolve(name + ".out"), variables, arguments);
    started.push(server);
    return server;
  }

  @AfterAll
  static void stop() {
    RuntimeException failures = new RuntimeException("did not stop");
    while (!started.isEmpty()) {
      try {
        started.pop().close();
      } catch (Exception | AssertionError e) {
        failures.addSuppressed(e);
      }
    }
    if (failures.getSuppressed().length > 0) {
      throw failures;
    }
  }

  @Test
  void job_succeeds_isOneTraceFromRequestToRecord() throws Exception {
    String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    String id = submit(trace, "{\"type\":\"echo\",\"payload\":{\"value\":1}}");

    List<Received> spans = awaitTrace(trace);
    Received request = named(spans, "POST /v1/jobs");
    Received run = named(spans, "run echo");
    Received record = named(spans, "record outcome");

    assertThat(request.span().getKind()).isEqualTo(SpanKind.SPAN_KIND_SERVER);
    assertThat(request.parentId()).isEqualTo(SUBMITTER);
    assertThat(request.ofProcess("service.name")).isEqualTo("millrace-api");

    assertThat(run.span().getKind()).isEqualTo(SpanKind.SPAN_KIND_CONSUMER);
    assertThat(run.parentId()).isEqualTo(request.spanId());
    assertThat(run.ofProcess("service.name")).isEqualTo("millrace-worker");
    assertThat(run.ofProcess("service.instance.id"))
        .isNotEmpty()
        .isNotEqualTo(request.ofProcess("service.instance.id"));
    assertThat(run.text("millrace.job.id")).isEqualTo(id);
    assertThat(run.text("millrace.job.type")).isEqualTo("echo");
    assertThat(run.text("millrace.outcome")).isEqualTo("Succeeded");
    assertThat(run.isTrue("millrace.recorded")).isTrue();
    assertThat(run.span().getStatus().getCode()).isNotEqualTo(StatusCode.STATUS_CODE_ERROR);

    assertThat(record.parentId()).isEqualTo(run.spanId());
    assertThat(record.span().getEndTimeUnixNano())
        .isBetween(run.span().getStartTimeUnixNano(), run.span().getEndTimeUnixNano());
  }

  @Test
  void job_fails_marksItsSpan() throws Exception {
    String trace = "0af7651916cd43dd8448eb211c80319c";
    String id =
        submit(
            trace, "{\"type\":\"fail\",\"payload\":{\"retryable\":false,\"message\":\"private\"}}");

    Received run = named(awaitTrace(trace), "run fail");

    assertThat(run.text("millrace.job.id")).isEqualTo(id);
    assertThat(run.span().getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_ERROR);
    assertThat(run.text("error.type")).isEqualTo("HANDLER");
    assertThat(run.isTrue("millrace.recorded")).isTrue();
    assertThat(run.span().toString()).doesNotContain("private");
  }

  @Test
  void launcher_byDefault_keepsLoopsAndCommandLineOut() throws Exception {
    String trace = "1af7651916cd43dd8448eb211c80319d";
    submit(trace, "{\"type\":\"echo\",\"payload\":{}}");
    awaitTrace(trace);

    assertThat(receiver.all())
        .filteredOn(span -> span.parentId().isEmpty())
        .extracting(Received::name)
        .allMatch(name -> name.startsWith("GET"), "is a request, here for readiness");
    assertThat(receiver.all())
        .flatExtracting(Received::processKeys)
        .contains("process.pid")
        .doesNotContain("process.command_args", "process.command_line");
  }

  private static String submit(String trace, String body) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(api.resolve("/v1/jobs"))
              .header("Content-Type", "application/json")
              .header("traceparent", "00-" + trace + "-" + SUBMITTER + "-01")
              .timeout(PATIENCE)
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build();
      HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
      return new ObjectMapper().readTree(response.body()).get("id").asText();
    }
  }

  /** The request, the run and its record: those three and no others. */
  private static List<Received> awaitTrace(String trace) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(receiver.ofTrace(trace)).hasSizeGreaterThanOrEqualTo(3));
    assertThat(receiver.ofTrace(trace)).hasSize(3);
    return receiver.ofTrace(trace);
  }

  private static Received named(List<Received> spans, String name) {
    assertThat(spans).extracting(Received::name).containsOnlyOnce(name);
    return spans.stream().filter(span -> span.name().equals(name)).findFirst().orElseThrow();
  }
}
