package io.millrace.ops.it;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Limits;
import io.millrace.ops.up.Role;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Submissions and requests that make no sense: each is refused in words, and nothing is stored. */
class BadInputIT {
  private static final Installation INSTALLATION = Installation.create();
  private static final String JSON = "application/json";
  private static Jobs jobs;

  @BeforeAll
  static void start() {
    jobs = Installation.jobs(INSTALLATION.start(Set.of(Role.API, Role.WORKER), Map.of()));
  }

  @AfterAll
  static void stop() throws Exception {
    INSTALLATION.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'payload':{}} | #/type | type is missing",
        "{'type':7} | #/type | type must be a string",
        "{'type':'ecko'} | #/type | did you mean echo?",
        "{'type':'nothing.known'} | #/type | known are dataset.columns, dataset.profile,"
            + " dataset.rank, dataset.score, echo, fail, http.request, sleep",
        "{'type':'echo','paylod':{}} | #/paylod | did you mean payload?",
        "{'type':'echo','a/b~c':1} | #/a~1b~0c | no field of this name",
        "{'type':'sleep'} | #/payload/millis | is required",
        "{'type':'sleep','payload':{'millis':'9'}} | #/payload/millis | an integer, not a string",
        "{'type':'sleep','payload':{'millis':-1}} | #/payload/millis | must be at least 0",
        "{'type':'sleep','payload':{'milis':1}} | #/payload/milis | did you mean millis?",
        "{'type':'sleep','payload':[]} | #/payload | must be an object, not an array",
        "{'type':'sleep','payload':null} | #/payload | must be an object, not null",
        "{'type':'fail','payload':{'kind':'X'}} | #/payload/kind | must be one of HANDLER",
        "{'type':'dataset.profile','payload':{'dataset':'../x'}} | #/payload/dataset | form",
        "{'type':'dataset.profile','payload':{'dataset':'/etc/passwd'}} | #/payload/dataset | form",
        "{'type':'echo','priority':'urgent'} | #/priority | critical, high, normal, low",
        "{'type':'echo','pool':'nowhere'} | #/pool | known are cpu, default",
        "{'type':'echo','timeout':'soon'} | #/timeout | a duration such as 90s",
        "{'type':'echo','timeout':'0s'} | #/timeout | 1ms to 7d",
        "{'type':'echo','timeout':'8d'} | #/timeout | 1ms to 7d",
        "{'type':'echo','timeout':'PT-9223372036854775807S'} | #/timeout | 1ms to 7d",
        "{'type':'echo','timeout':'PT9223372036854775807S'} | #/timeout | 1ms to 7d",
        "{'type':'echo','maxAttempts':0} | #/maxAttempts | 1 to 100",
        "{'type':'echo','maxAttempts':99999999999} | #/maxAttempts | 1 to 100",
        "[] | # | must be a JSON object",
        "7 | # | must be a JSON object",
      },
      quoteCharacter = '`')
  void wrongJob_isRefusedByPointer(String json, String pointer, String words) {
    Stored before = Stored.now(INSTALLATION);
    JsonNode problem =
        ProblemCheck.problem(jobs.submitRaw(json.replace('\'', '"')), 400, "invalid-job");
    ProblemCheck.blames(problem, pointer, words);
    assertThat(problem.path("instance").asString()).isEqualTo("/v1/jobs");
    assertThat(Stored.now(INSTALLATION)).isEqualTo(before);
  }

  @Test
  void severalFaults_areAllNamed() {
    JsonNode problem =
        ProblemCheck.problem(
            jobs.submitRaw("{\"type\":\"sleep\",\"pool\":\"x\",\"payload\":{\"steps\":0}}"),
            400,
            "invalid-job");
    ProblemCheck.blames(problem, "#/pool", "known are");
    ProblemCheck.blames(problem, "#/payload/millis", "required");
    ProblemCheck.blames(problem, "#/payload/steps", "at least 1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | empty",
        "`   ` | empty",
        "hello | not valid JSON",
        "{'type':'echo' | too early",
        "{'type':'echo'} {} | after its end",
        "{'type':'echo','type':'fail'} | twice",
        "{'type':'echo','payload':{'value':{'a':1,'a':2}}} | twice",
        "{'type':'echo','payload':{'value':NaN}} | NaN",
        "{'type':'echo','payload':{'value':1e400}} | exponent",
        "{'type':'echo','payload':{'value':'\\ud800'}} | half a surrogate",
        "{'type':'echo','payload':{'value':'\\u0000'}} | cannot be stored",
        "{'type':'echo',} | not valid JSON",
        "{'type':'echo' /* no */} | not valid JSON",
      })
  void malformedJson_isRefused(String json, String words) {
    malformed(json.replace('\'', '"').getBytes(UTF_8), words);
  }

  @Test
  void jsonOfOtherEncodings_isRefused() {
    malformed("{\"type\":\"echo\"}".getBytes(UTF_16), "not in UTF-8");
    malformed("\uFEFF{\"type\":\"echo\"}".getBytes(UTF_8), "byte order mark");
    malformed(new byte[] {'"', (byte) 0xc3, (byte) 0x28, '"'}, "not in UTF-8");
    malformed(new byte[] {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'}, "not in UTF-8");
  }

  @Test
  void deepNesting_isRefused() {
    String deep = "[".repeat(60) + "]".repeat(60);
    malformed(echo(deep).getBytes(UTF_8), "nested deeper than " + Limits.MAX_JSON_DEPTH);
    malformed("[".repeat(200_000).getBytes(UTF_8), "nested deeper");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-16",
        "application/json; charset=nonsense",
        "nonsense"
      })
  void otherContentType_isRefused(String type) {
    Stored before = Stored.now(INSTALLATION);
    ProblemCheck.problem(
        jobs.post("/v1/jobs", type, echo("1").getBytes(UTF_8)), 415, "unsupported-media-type");
    assertThat(Stored.now(INSTALLATION)).isEqualTo(before);
  }

  @Test
  void noContentType_isRefused() {
    ProblemCheck.problem(
        jobs.request("POST", "/v1/jobs", echo("1").getBytes(UTF_8)), 415, "unsupported-media-type");
  }

  @Test
  void bodyOfExactlyTheLimit_isAccepted() {
    byte[] body = bodyOf(Limits.MAX_PAYLOAD_BYTES);
    HttpResponse<String> answer = jobs.post("/v1/jobs", JSON, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    String id = Jobs.json(answer).path("id").asString();
    jobs.succeeded(id);
    assertThat(jobs.result(id).asString()).hasSize(body.length - echo("\"\"").length());
  }

  @Test
  void bodyOverTheLimit_isRefusedDeclaredOrNot() {
    Stored before = Stored.now(INSTALLATION);
    byte[] body = bodyOf(Limits.MAX_PAYLOAD_BYTES + 1);
    JsonNode problem =
        ProblemCheck.problem(jobs.post("/v1/jobs", JSON, body), 413, "body-too-large");
    assertThat(problem.path("detail").asString()).contains("262144");
    String head = "POST /v1/jobs HTTP/1.1\r\nContent-Type: application/json\r\n";
    RawHttp.Answer chunked =
        RawHttp.send(
            jobs.url(), head + "Transfer-Encoding: chunked", RawHttp.chunked(body, 10_000));
    assertThat(chunked.status()).isEqualTo(413);
    assertThat(chunked.header("content-type")).isEqualTo("application/problem+json");
    ProblemCheck.assertNoLeak(chunked.body());
    ProblemCheck.problem(
        jobs.post("/v1/jobs", JSON, bodyOf(20_000_000 / 4)), 413, "body-too-large");
    assertThat(Stored.now(INSTALLATION)).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"7", "not-a-uuid", "0198c1de-6f00-7abc-8def-0123456789a", "%00%0A", "x%22%3Cb%3E"})
  void badId_isRefused(String id) {
    HttpResponse<String> answer = jobs.get("/v1/jobs/" + id);
    if (id.contains("%00")) {
      assertThat(answer.statusCode()).isEqualTo(400);
      ProblemCheck.assertNoLeak(answer.body());
    } else {
      ProblemCheck.problem(answer, 400, "invalid-id");
      ProblemCheck.problem(jobs.get("/v1/jobs/" + id + "/result"), 400, "invalid-id");
      ProblemCheck.problem(jobs.get("/v1/jobs/" + id + "/log"), 400, "invalid-id");
    }
  }

  @Test
  void unknownPathAndMethod_areProblems() {
    byte[] none = new byte[0];
    ProblemCheck.problem(jobs.get("/v1/nothing"), 404, "not-found");
    ProblemCheck.problem(jobs.get("/"), 404, "not-found");
    HttpResponse<String> deleted = jobs.request("DELETE", "/v1/jobs", none);
    ProblemCheck.problem(deleted, 405, "method-not-allowed");
    assertThat(deleted.headers().firstValue("Allow").orElse("")).contains("POST");
    ProblemCheck.problem(jobs.get("/v1/jobs/batch"), 400, "invalid-id");
    ProblemCheck.problem(jobs.request("POST", "/v1/datasets/x", none), 405, "method-not-allowed");
  }

  @Test
  void answerNobodyWants_isRefusedBeforeAnythingIsStored() {
    Stored before = Stored.now(INSTALLATION);
    HttpResponse<String> submitted =
        jobs.request(
            "POST",
            "/v1/jobs",
            echo("1").getBytes(UTF_8),
            "Content-Type",
            JSON,
            "Accept",
            "image/png");
    ProblemCheck.problem(submitted, 406, "not-acceptable");
    HttpResponse<String> uploaded =
        jobs.request("PUT", "/v1/datasets/a.csv", new byte[] {'a'}, "Accept", "image/png");
    ProblemCheck.problem(uploaded, 406, "not-acceptable");
    assertThat(Stored.now(INSTALLATION)).isEqualTo(before);
  }

  @Test
  void headAndOptions_answerWithoutABody() {
    String id = jobs.submit("echo", "{}");
    HttpResponse<String> head = jobs.request("HEAD", "/v1/jobs/" + id, new byte[0]);
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    HttpResponse<String> options = jobs.request("OPTIONS", "/v1/jobs", new byte[0]);
    assertThat(options.statusCode()).isEqualTo(200);
    assertThat(options.headers().firstValue("Allow").orElse("")).contains("POST");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /v1/jobs/%zz HTTP/1.1",
        "GET /v1/jobs/%2e%2e%2f HTTP/1.1",
        "GET /v1/jobs/<x> HTTP/1.1",
        "GET /v1/../../etc/passwd HTTP/1.1",
        "PUT /v1/datasets/..%2f..%2fx HTTP/1.1\r\nContent-Length: 0",
        "PUT /v1/datasets/a%5Cb HTTP/1.1\r\nContent-Length: 0",
        "POST /v1/jobs HTTP/1.1\r\nContent-Length: -5",
        "POST /v1/jobs HTTP/1.1\r\nContent-Length: x",
        "NONSENSE"
      })
  void malformedHttp_isRefusedAndGivesNothingAway(String head) {
    Stored before = Stored.now(INSTALLATION);
    RawHttp.Answer answer = RawHttp.send(jobs.url(), head, new byte[0]);
    assertThat(answer.status()).as(answer.body()).isBetween(400, 499);
    ProblemCheck.assertNoLeak(answer.head());
    String slug = answer.status() == 400 ? "bad-request" : "not-found";
    ProblemCheck.problem(
        answer.status(), answer.header("content-type"), answer.body(), answer.status(), slug);
    assertThat(Stored.now(INSTALLATION)).isEqualTo(before);
  }

  private static void malformed(byte[] body, String words) {
    Stored before = Stored.now(INSTALLATION);
    JsonNode problem =
        ProblemCheck.problem(jobs.post("/v1/jobs", JSON, body), 400, "malformed-json");
    assertThat(problem.path("detail").asString()).contains(words);
    assertThat(Stored.now(INSTALLATION)).isEqualTo(before);
  }

  private static String echo(String value) {
    return "{\"type\":\"echo\",\"payload\":{\"value\":" + value + "}}";
  }

  private static byte[] bodyOf(int bytes) {
    int rest = bytes - echo("\"\"").length();
    return echo("\"" + "x".repeat(rest) + "\"").getBytes(UTF_8);
  }
}
