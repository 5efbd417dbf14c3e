package io.millrace.ops.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.announce.EventFeed;
import io.millrace.local.LocalStack;
import io.millrace.ops.up.Millrace;
import io.millrace.ops.up.Role;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** A job's numbered log as callers follow it: by page, by long-poll, as a stream; and waiting. */
class EventsIT {
  private static final Logger log = LoggerFactory.getLogger(EventsIT.class);
  private static final byte[] NOTHING = {};

  private static Installation installation;
  private static Millrace millrace;
  private static Jobs jobs;

  @BeforeAll
  static void start() {
    installation = Installation.create();
    millrace = installation.start(Set.of(Role.API, Role.WORKER), Map.of());
    jobs = Installation.jobs(millrace);
  }

  @AfterAll
  static void stop() throws Exception {
    installation.close();
  }

  @Test
  void stream_fromAcceptedToTheEnd_hasEveryNumberOnce() throws Exception {
    String id = jobs.submit("sleep", "{\"millis\": 1500, \"steps\": 3}");
    try (EventReader stream = EventReader.open(jobs.url(), id)) {
      stream.awaitEnd();
      int last = events(id, "").path("last").asInt();
      assertThat(stream.ids()).isEqualTo(IntStream.rangeClosed(1, last).boxed().toList());
      assertThat(stream.names())
          .startsWith("READY", "RUNNING")
          .contains("PROGRESS")
          .endsWith("SUCCEEDED");
      JsonNode second = stream.events().get(1).data();
      assertThat(second.path("n").asInt()).isEqualTo(2);
      assertThat(second.path("jobId").asString()).isEqualTo(id);
      assertThat(second.path("attempt").asInt()).isEqualTo(1);
    }
  }

  @Test
  void stream_whileKafkaIsThere_isHintedAtWhatHappens() throws Exception {
    List<Long> delays = new ArrayList<>();
    for (int i = 0; i < 11; i++) {
      String id = jobs.submit("sleep", "{\"millis\": 300}");
      try (EventReader stream = EventReader.open(jobs.url(), id)) {
        EventReader.Event last = stream.awaitEnd().events().getLast();
        Instant at = Instant.parse(last.data().path("at").asString());
        delays.add(Duration.between(at, last.cameAt()).toMillis());
      }
    }
    Collections.sort(delays);
    log.info("from the move to the reader medianMillis={} all={}", delays.get(5), delays);
    assertThat(millrace.part(EventFeed.class).hints()).isPositive();
  }

  @Test
  void stream_lastEventIdInTheMiddle_goesOnBehindIt() throws Exception {
    String id = ended();
    try (EventReader stream = EventReader.open(jobs.url(), id, "Last-Event-ID", "1")) {
      assertThat(stream.awaitEnd().ids()).containsExactly(2, 3);
    }
  }

  @Test
  void stream_afterTheTerminalEvent_answers204() {
    String id = ended();
    assertThat(stream(id, "Last-Event-ID", "3").statusCode()).isEqualTo(204);
    assertThat(stream(id, "Last-Event-ID", "999").statusCode()).isEqualTo(204);
  }

  @Test
  void streamAndPage_historyWasTrimmed_sayWhichNumbersAreMissing() throws Exception {
    String id = ended();
    String whole = trim(id);
    try {
      try (EventReader stream = EventReader.open(jobs.url(), id)) {
        stream.awaitEnd();
        assertThat(stream.names()).containsExactly("gap", "SUCCEEDED");
        assertThat(stream.ids()).containsExactly(2, 3);
        assertThat(stream.events().getFirst().data())
            .isEqualTo(Jobs.parse("{\"from\":1,\"to\":2}"));
      }
      assertThat(events(id, "").path("gaps")).isEqualTo(Jobs.parse("[{\"from\":1,\"to\":2}]"));
      assertThat(events(id, "?after=2").path("gaps").isEmpty()).isTrue();
    } finally {
      history(id, whole);
    }
  }

  @Test
  void page_aLimit_leadsToTheNext() {
    String id = ended();
    JsonNode first = events(id, "?limit=2");
    assertThat(numbers(first)).containsExactly(1, 2);
    assertThat(first.path("final").asBoolean()).isFalse();
    assertThat(first.path("last").asInt()).isEqualTo(3);
    JsonNode rest = events(id, "?limit=2&after=" + first.path("next").asInt());
    assertThat(numbers(rest)).containsExactly(3);
    assertThat(rest.path("events").get(0).path("kind").asString()).isEqualTo("SUCCEEDED");
    assertThat(rest.path("final").asBoolean()).isTrue();
  }

  @Test
  void page_attemptFailed_detailHasTheError() {
    String id = jobs.submit("fail", "{\"retryable\": false, \"message\": \"no luck\"}");
    jobs.awaitState(id, "FAILED");
    JsonNode last = events(id, "?after=2").path("events").get(0);
    assertThat(last.path("kind").asString()).isEqualTo("FAILED");
    assertThat(last.path("detail").path("error").path("message").asString()).contains("no luck");
  }

  @Test
  void longPoll_nothingNewer_waitsForIt() {
    String id = jobs.submit("sleep", "{\"millis\": 1500}");
    jobs.awaitState(id, "RUNNING");
    JsonNode news = events(id, "?after=2&wait=30");
    assertThat(numbers(news)).isNotEmpty();
    assertThat(numbers(news).getFirst()).isEqualTo(3);
  }

  @Test
  void longPoll_nothingHappens_answersEmptyWhenTheTimeIsOver() {
    String id = jobs.submit("sleep", "{\"millis\": 3000}");
    jobs.awaitState(id, "RUNNING");
    HttpResponse<String> answer =
        jobs.request("GET", "/v1/jobs/" + id + "/events?after=2", NOTHING, "Prefer", "wait=1");
    assertThat(answer.headers().firstValue("Preference-Applied")).contains("wait=1");
    assertThat(numbers(Jobs.json(answer))).isEmpty();
    jobs.succeeded(id);
  }

  @Test
  void submit_preferringToWait_answersTheFinishedJob() {
    HttpResponse<String> answer =
        submit("{\"type\":\"echo\",\"payload\":{\"value\":1}}", "wait=30");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Preference-Applied")).contains("wait=30");
    JsonNode job = Jobs.json(answer);
    assertThat(job.path("state").asString()).isEqualTo("SUCCEEDED");
    String result = job.path("links").path("result").asString();
    assertThat(jobs.get(result).body()).isEqualTo("1");
  }

  @Test
  void submit_preferringToWaitTooShort_answers202() {
    HttpResponse<String> answer =
        submit("{\"type\":\"sleep\",\"payload\":{\"millis\":3000}}", "wait=1");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    assertThat(answer.headers().firstValue("Preference-Applied")).contains("wait=1");
    jobs.succeeded(Jobs.json(answer).path("id").asString());
  }

  @Test
  void status_preferringToWait_answersWhenTheJobHasEnded() {
    String id = jobs.submit("sleep", "{\"millis\": 1000}");
    HttpResponse<String> answer =
        jobs.request("GET", "/v1/jobs/" + id, NOTHING, "Prefer", "wait=30");
    assertThat(Jobs.json(answer).path("state").asString()).isEqualTo("SUCCEEDED");
    assertThat(answer.headers().firstValue("Preference-Applied")).contains("wait=30");
  }

  @Test
  void status_noSuchJobPreferringToWait_is404AtOnce() {
    HttpResponse<String> answer =
        jobs.request("GET", "/v1/jobs/" + UUID.randomUUID(), NOTHING, "Prefer", "wait=60");
    ProblemCheck.problem(answer, 404, "job-not-found");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?after=-1",
        "?after=x",
        "?after=99999999999",
        "?limit=0",
        "?limit=1001",
        "?wait=61",
        "?wait=1.5"
      })
  void page_parameterOutOfRange_is400(String query) {
    String id = ended();
    ProblemCheck.problem(jobs.get("/v1/jobs/" + id + "/events" + query), 400, "invalid-parameter");
  }

  @Test
  void events_badRequests_areProblemsForBothForms() {
    String nobody = UUID.randomUUID().toString();
    ProblemCheck.problem(jobs.get("/v1/jobs/" + nobody + "/events"), 404, "job-not-found");
    ProblemCheck.problem(stream(nobody), 404, "job-not-found");
    ProblemCheck.problem(jobs.get("/v1/jobs/7/events"), 400, "invalid-id");
    ProblemCheck.problem(stream(ended(), "Last-Event-ID", "gap"), 400, "invalid-parameter");
    HttpResponse<String> image =
        jobs.request("GET", "/v1/jobs/" + nobody + "/events", NOTHING, "Accept", "image/png");
    assertThat(image.statusCode()).isEqualTo(406);
  }

  private static String ended() {
    String id = jobs.submit("echo", "{}");
    jobs.succeeded(id);
    return id;
  }

  private static HttpResponse<String> submit(String json, String prefer) {
    return jobs.request(
        "POST",
        "/v1/jobs",
        json.getBytes(java.nio.charset.StandardCharsets.UTF_8),
        "Content-Type",
        "application/json",
        "Prefer",
        prefer);
  }

  private static HttpResponse<String> stream(String id, String... headers) {
    String[] all = new String[headers.length + 2];
    all[0] = "Accept";
    all[1] = "text/event-stream";
    System.arraycopy(headers, 0, all, 2, headers.length);
    return jobs.request("GET", "/v1/jobs/" + id + "/events", NOTHING, all);
  }

  private static JsonNode events(String id, String query) {
    HttpResponse<String> answer = jobs.get("/v1/jobs/" + id + "/events" + query);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Jobs.json(answer);
  }

  private static List<Integer> numbers(JsonNode page) {
    return page.path("events").valueStream().map(event -> event.path("n").asInt()).toList();
  }

  /** Leaves a job only the last line of its history, as a long log would; the whole. */
  private static String trim(String id) throws SQLException {
    LocalStack stack = installation.stack();
    try (Connection connection =
            DriverManager.getConnection(stack.jdbcUrl(), stack.username(), stack.password());
        PreparedStatement read =
            connection.prepareStatement("SELECT history FROM job WHERE id = ?::uuid")) {
      read.setString(1, id);
      try (ResultSet row = read.executeQuery()) {
        assertThat(row.next()).isTrue();
        String whole = row.getString(1);
        List<String> lines = whole.lines().toList();
        history(id, lines.getLast() + "\n");
        return whole;
      }
    }
  }

  private static void history(String id, String history) throws SQLException {
    LocalStack stack = installation.stack();
    try (Connection connection =
            DriverManager.getConnection(stack.jdbcUrl(), stack.username(), stack.password());
        PreparedStatement update =
            connection.prepareStatement("UPDATE job SET history = ? WHERE id = ?::uuid")) {
      update.setString(1, history);
      update.setString(2, id);
      assertThat(update.executeUpdate()).isEqualTo(1);
    }
  }
}
