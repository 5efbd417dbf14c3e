package io.millrace.ops.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.boot.Defaults;
import io.millrace.local.LocalStack;
import io.millrace.ops.workflow.ExampleFiles;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;

/** The examples of workflows, run by the service as they come along. */
class ExamplesIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static Installation installation;
  private static ConfigurableApplicationContext worker;
  private static Jobs jobs;

  @BeforeAll
  static void start() throws IOException {
    installation = Installation.create();
    jobs = Installation.jobs(installation.startApi());
    SpringApplication application = new SpringApplication(DeskWorker.class);
    Map<String, Object> properties = new HashMap<>(Defaults.properties());
    properties.putAll(servers());
    application.setDefaultProperties(properties);
    worker = application.run();
    await()
        .atMost(PATIENCE)
        .until(() -> jobs.submitRaw("{\"type\":\"mail.send\"}").statusCode() == 202);
    for (String name : List.of("document-review", "saga", "column-scores", "nightly-report")) {
      HttpResponse<String> put =
          send("PUT", "/v1/workflows/" + name, "application/yaml", file(name + ".yaml"));
      assertThat(put.statusCode()).as(put.body()).isEqualTo(201);
    }
  }

  private static Map<String, String> servers() {
    LocalStack stack = installation.stack();
    Map<String, String> properties = new HashMap<>(Installation.QUICK);
    properties.put("millrace.database.url", stack.jdbcUrl());
    properties.put("millrace.database.username", stack.username());
    properties.put("millrace.database.password", stack.password());
    properties.put("millrace.kafka.bootstrap-servers", stack.bootstrapServers());
    properties.put("millrace.datasets.root", Stored.datasetRoot(installation).toString());
    properties.put("server.port", "0");
    return properties;
  }

  @AfterAll
  static void stop() throws Exception {
    worker.close();
    installation.close();
  }

  @Test
  void documentReview_doubtfulOne_isPublishedWhenAPersonApproves() {
    String run = started("document-review", "{\"document\": \"draft\"}");
    await()
        .atMost(PATIENCE)
        .until(() -> run(run).at("/nodes/review/state").asString().equals("ACTIVE"));
    assertThat(DeskHandler.MAILS).contains("Please review draft");
    HttpResponse<String> sent =
        send("POST", "/v1/runs/" + run + "/signals/review", "application/json", "\"approve\"");
    assertThat(sent.statusCode()).as(sent.body()).isEqualTo(200);
    assertThat(succeeded(run))
        .isEqualTo(
            Jobs.parse("{\"document\":\"draft\",\"published\":true,\"review\":\"approve\"}"));
    assertThat(DeskHandler.FILED).containsEntry("draft", "document.publish");
  }

  @Test
  void saga_declinedCard_takesBackWhatWasBooked() {
    JsonNode failed = ended(started("saga", "{\"trip\": \"oslo\", \"card\": \"4000\"}"));
    assertThat(failed.path("state").asString()).as(failed.toString()).isEqualTo("FAILED");
    assertThat(failed.at("/error/node").asString()).isEqualTo("charge");
    assertThat(failed.at("/nodes/cancelHotel/state").asString()).isEqualTo("SUCCEEDED");
    assertThat(DeskHandler.BOOKED).doesNotContain("F-oslo", "H-oslo");
    assertThat(succeeded(started("saga", "{\"trip\": \"rome\", \"card\": \"4242\"}")))
        .isEqualTo(Jobs.parse("{\"flight\":\"F-rome\",\"hotel\":\"H-rome\"}"));
    assertThat(DeskHandler.BOOKED).contains("F-rome", "H-rome");
  }

  @Test
  void columnScores_ofARealFile_areRanked() throws IOException {
    dataset("cities.csv", "city,n,empty\nBonn,1,\nOslo,x,\nRome,,\nKiel,4,1\n");
    JsonNode ranking = succeeded(started("column-scores", "{\"dataset\": \"cities.csv\"}"));
    assertThat(ranking.path("columns").asInt()).isEqualTo(3);
    assertThat(ranking.path("failed").asInt()).isZero();
    assertThat(ranking.path("ranking").valueStream().map(row -> row.path("column").asString()))
        .containsExactly("empty", "n", "city");
    assertThat(ranking.at("/ranking/0/score").asDouble()).isEqualTo(0.25);
    assertThat(ranking.at("/ranking/1/score").asDouble()).isEqualTo(0.5);
    assertThat(ranking.at("/ranking/2/score").asDouble()).isEqualTo(1);
    JsonNode failed = ended(started("column-scores", "{\"dataset\": \"none.csv\"}"));
    assertThat(failed.at("/error/message").asString()).contains("none.csv");
  }

  @Test
  void nightlyReport_itsScheduleTriggered_reportsWhatNeedsAttention() throws IOException {
    dataset("trips.csv", "id,note\n1,fine\n2,\n3,\n4,late\n");
    String schedule =
        Files.readString(ExampleFiles.folder("schedules").resolve("nightly-report.json"));
    HttpResponse<String> put =
        send("PUT", "/v1/schedules/nightly-report", "application/json", schedule);
    assertThat(put.statusCode()).as(put.body()).isEqualTo(201);
    assertThat(Jobs.json(put).path("next").size()).isEqualTo(5);
    HttpResponse<String> triggered =
        jobs.request("POST", "/v1/schedules/nightly-report/trigger", new byte[0]);
    assertThat(triggered.statusCode()).as(triggered.body()).isEqualTo(202);
    JsonNode report = succeeded(Jobs.json(triggered).path("id").asString());
    assertThat(report.path("title").asString()).startsWith("trips.csv on ");
    assertThat(report.path("rows").asInt()).isEqualTo(4);
    assertThat(report.path("meanScore").asDouble()).isEqualTo(0.75);
    assertThat(report.path("attention").toString())
        .isEqualTo("[{\"rank\":1,\"column\":\"note\",\"type\":\"string\",\"score\":0.5}]");
  }

  private static String file(String name) throws IOException {
    return Files.readString(ExampleFiles.folder("workflows").resolve(name));
  }

  private static void dataset(String name, String content) throws IOException {
    Path root = Stored.datasetRoot(installation);
    Files.createDirectories(root);
    Files.writeString(root.resolve(name), content);
  }

  private static HttpResponse<String> send(String method, String path, String type, String body) {
    return jobs.request(method, path, body.getBytes(UTF_8), "Content-Type", type);
  }

  private static String started(String workflow, String input) {
    HttpResponse<String> answer =
        send(
            "POST",
            "/v1/workflows/" + workflow + "/runs",
            "application/json",
            "{\"input\": " + input + "}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    return Jobs.json(answer).path("id").asString();
  }

  private static JsonNode run(String id) {
    return Jobs.json(jobs.get("/v1/runs/" + id));
  }

  private static JsonNode ended(String run) {
    await().atMost(PATIENCE).until(() -> run(run).has("finishedAt"));
    return run(run);
  }

  private static JsonNode succeeded(String run) {
    JsonNode ended = ended(run);
    assertThat(ended.path("state").asString()).as(ended.toString()).isEqualTo("SUCCEEDED");
    return ended.path("output");
  }
}
