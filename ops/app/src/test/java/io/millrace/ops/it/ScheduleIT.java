package io.millrace.ops.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.local.LocalStack;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Schedules over HTTP, fired by workers of which the leading one is killed. */
class ScheduleIT {
  private static Installation installation;
  private static Jobs jobs;
  private static List<ChildProcess> workers;

  @BeforeAll
  static void start() {
    installation = Installation.create();
    jobs = Installation.jobs(installation.startApi());
    workers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      workers.add(installation.startChild(Map.of(), "up", "--worker", "--port=0"));
    }
    // The types are known once a worker has announced them.
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> jobs.submitRaw("{\"type\":\"echo\"}").statusCode() == 202);
  }

  @AfterAll
  static void stop() throws Exception {
    installation.close();
  }

  @Test
  void schedule_putShownPausedResumedTriggeredDeleted() {
    String body =
        """
        {"cron": "30 2 * * *", "zone": "Europe/Berlin", "overlap": "queue-one",
         "catchUp": {"policy": "all", "most": 7},
         "job": {"type": "echo", "payload": {"value": 1.50}, "priority": "low"}}""";
    HttpResponse<String> created = put("nightly", body);
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    assertThat(created.headers().firstValue("Location")).contains("/v1/schedules/nightly");
    HttpResponse<String> replaced = put("nightly", body);
    assertThat(replaced.statusCode()).isEqualTo(200);
    JsonNode shown = get("/v1/schedules/nightly");
    assertThat(shown.path("version").asInt()).isEqualTo(2);
    assertThat(shown.path("next").size()).isEqualTo(5);
    assertThat(shown.path("next").get(0)).isEqualTo(shown.path("nextAt"));
    assertThat(shown.path("overlap").asString()).isEqualTo("queue-one");
    assertThat(shown.path("catchUp").toString()).isEqualTo("{\"policy\":\"all\",\"most\":7}");
    assertThat(shown.path("job").path("type").asString()).isEqualTo("echo");

    JsonNode paused = Jobs.json(post("/v1/schedules/nightly/pause"));
    assertThat(paused.path("paused").asBoolean()).isTrue();
    assertThat(paused.has("nextAt")).isFalse();
    assertThat(paused.path("next").size()).isZero();

    HttpResponse<String> triggered = post("/v1/schedules/nightly/trigger");
    assertThat(triggered.statusCode()).as(triggered.body()).isEqualTo(202);
    String id = Jobs.json(triggered).path("id").asString();
    jobs.succeeded(id);
    assertThat(jobs.result(id).toString()).contains("1.5");
    JsonNode firing = get("/v1/schedules/nightly").path("firings").get(0);
    assertThat(firing.path("job").asString()).isEqualTo(id);
    assertThat(firing.path("outcome").asString()).isEqualTo("SUBMITTED");

    JsonNode resumed = Jobs.json(post("/v1/schedules/nightly/resume"));
    assertThat(resumed.path("nextAt")).isEqualTo(shown.path("nextAt"));
    put("another", body);
    JsonNode page = get("/v1/schedules?limit=1");
    assertThat(page.path("schedules").get(0).path("name").asString()).isEqualTo("another");
    JsonNode second = get(page.path("next").asString());
    assertThat(second.path("schedules").get(0).path("name").asString()).isEqualTo("nightly");
    for (String name : List.of("nightly", "another")) {
      assertThat(jobs.request("DELETE", "/v1/schedules/" + name, new byte[0]).statusCode())
          .isEqualTo(204);
      assertThat(jobs.get("/v1/schedules/" + name).statusCode()).isEqualTo(404);
    }
    assertThat(post("/v1/schedules/nightly/trigger").statusCode()).isEqualTo(404);
  }

  @Test
  void scheduleOfRuns_firesThem_pinnedOrByTheVersionThatIsCurrent() {
    defineWorkflow("first");
    String timing = "{\"every\": \"1s\", \"overlap\": \"queue-one\", \"run\": ";
    String input = "\"input\": {\"name\": \"Ada\"}";
    assertThat(put("latest", timing + "{\"workflow\": \"hail\", " + input + "}}").statusCode())
        .isEqualTo(201);
    HttpResponse<String> pinned =
        put("pinned", timing + "{\"workflow\": \"hail\", \"version\": \"1\", " + input + "}}");
    assertThat(pinned.statusCode()).as(pinned.body()).isEqualTo(201);
    awaitOutput("latest", "first Ada");
    defineWorkflow("second");
    awaitOutput("latest", "second Ada");
    awaitOutput("pinned", "first Ada");
    JsonNode shown = get("/v1/schedules/pinned");
    assertThat(shown.path("run").path("workflow").asString()).isEqualTo("hail");
    assertThat(shown.path("run").path("version").asString()).isEqualTo("1");
    assertThat(shown.has("job")).isFalse();
    assertThat(shown.has("lastJob")).isFalse();

    post("/v1/schedules/latest/pause");
    post("/v1/schedules/pinned/pause");
    HttpResponse<String> triggered = post("/v1/schedules/pinned/trigger");
    assertThat(triggered.statusCode()).as(triggered.body()).isEqualTo(202);
    String run = Jobs.json(triggered).path("id").asString();
    assertThat(triggered.headers().firstValue("Location")).contains("/v1/runs/" + run);
    assertThat(get("/v1/schedules/pinned").path("firings").get(0).path("run").asString())
        .isEqualTo(run);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> get("/v1/runs/" + run).path("state").asString().equals("SUCCEEDED"));

    assertThat(jobs.request("DELETE", "/v1/workflows/hail", new byte[0]).statusCode())
        .isEqualTo(204);
    HttpResponse<String> gone = post("/v1/schedules/pinned/trigger");
    assertThat(gone.statusCode()).isEqualTo(409);
    assertThat(gone.body()).contains("there is no workflow named hail");
    post("/v1/schedules/latest/resume");
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> get("/v1/schedules/latest").path("firings").toString().contains("REFUSED"));
    for (String name : List.of("latest", "pinned")) {
      jobs.request("DELETE", "/v1/schedules/" + name, new byte[0]);
    }
  }

  private static void defineWorkflow(String greeting) {
    String definition =
        """
        {"input": {"type": "object", "required": ["name"]},
         "nodes": {"hail": {"type": "echo", "with": {"value": "%s ${input.name}"}}},
         "output": "${nodes.hail.output}"}"""
            .formatted(greeting);
    HttpResponse<String> put =
        jobs.request(
            "PUT",
            "/v1/workflows/hail",
            definition.getBytes(StandardCharsets.UTF_8),
            "Content-Type",
            "application/json");
    assertThat(put.statusCode()).as(put.body()).isIn(200, 201);
  }

  /** Waits until a run of the schedule has ended with this output. */
  private static void awaitOutput(String schedule, String output) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              String run = get("/v1/schedules/" + schedule).path("lastRun").asString("");
              return !run.isEmpty()
                  && get("/v1/runs/" + run).path("output").asString("").equals(output);
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'cron':'* * * * *','every':'1m','job':{'type':'echo'}} | #/every | contradict",
        "{'job':{'type':'echo'}} | #/cron | cron or every is missing",
        "{'cron':'0 0 30 2 *','job':{'type':'echo'}} | #/cron | never fires",
        "{'cron':'* * *','job':{'type':'echo'}} | #/cron | 3 fields",
        "{'cron':'* * * * *','zone':'Mars/Olympus','job':{'type':'echo'}} | #/zone | IANA",
        "{'every':'1m','zone':'UTC','job':{'type':'echo'}} | #/zone | no meaning with every",
        "{'every':'500ms','job':{'type':'echo'}} | #/every | 1s to 366d",
        "{'every':'1m'} | #/job | job is missing",
        "{'every':'1m','job':{'type':'echo'},'run':{'workflow':'w'}} | #/run | contradict",
        "{'every':'1m','run':'w'} | #/run | must be an object",
        "{'every':'1m','run':{}} | #/run/workflow | workflow is missing",
        "{'every':'1m','run':{'workflow':'none'}} | #/run/workflow | no workflow named none",
        "{'every':'1m','run':{'workflow':'w','inputs':{}}} | #/run/inputs | did you mean input",
        "{'every':'1m','job':{'type':'ecko'}} | #/job/type | did you mean echo",
        "{'every':'1m','job':{'type':'sleep','payload':{'millis':-1}}} | #/job/payload/millis | at"
            + " least 0",
        "{'every':'1m','job':{'type':'echo','runAt':'2030-01-01T00:00:00Z'}} | #/job/runAt | no"
            + " meaning in a schedule",
        "{'every':'1m','job':{'type':'echo'},'overlap':'never'} | #/overlap | skip, queue-one,"
            + " allow, cancel-previous",
        "{'every':'1m','job':{'type':'echo'},'catchUp':{'policy':'last','most':3}} | #/catchUp/most"
            + " | only with the policy all",
        "{'every':'1m','job':{'type':'echo'},'catchUp':{'policy':'all','most':0}} | #/catchUp/most"
            + " | 1 to 1000",
        "{'every':'1m','job':{'type':'echo'},'pased':true} | #/pased | did you mean paused",
      })
  void put_whatCannotBe_namesTheField(String body, String pointer, String why) {
    HttpResponse<String> answer = put("bad", body.replace('\'', '"'));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    JsonNode problem = Jobs.json(answer);
    assertThat(problem.path("type").asString()).endsWith("/invalid-schedule");
    assertThat(problem.path("errors").get(0).path("pointer").asString()).isEqualTo(pointer);
    assertThat(problem.path("errors").get(0).path("detail").asString()).contains(why);
    assertThat(jobs.get("/v1/schedules/bad").statusCode()).isEqualTo(404);
  }

  @Test
  void put_badName_isRefused() {
    HttpResponse<String> answer = put("Bad", "{\"every\":\"1m\",\"job\":{\"type\":\"echo\"}}");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("invalid-schedule-name");
  }

  @Test
  void leaderKilled_anotherTakesOver_noInstantIsFiredTwiceOrLost() throws Exception {
    HttpResponse<String> put =
        put(
            "tick",
            """
            {"every": "1s", "overlap": "allow", "catchUp": {"policy": "all"},
             "job": {"type": "echo", "payload": {"value": 1}}}""");
    assertThat(put.statusCode()).as(put.body()).isEqualTo(201);
    awaitFirings(5);
    ChildProcess leader = workers.stream().filter(ScheduleIT::leads).findFirst().orElseThrow();
    ChildProcess other = workers.stream().filter(w -> w != leader).findFirst().orElseThrow();
    assertThat(leads(other)).isFalse();
    leader.kill();
    await().atMost(Duration.ofSeconds(10)).until(() -> leads(other));
    awaitFirings(count("schedule_firing WHERE name = 'tick'") + 5);
    post("/v1/schedules/tick/pause");
    long instants = count("schedule_firing WHERE name = 'tick'");
    assertThat(count("schedule_firing WHERE name = 'tick' AND outcome = 'SUBMITTED'"))
        .isEqualTo(instants);
    // One instant a second from the first to the last: none is missing.
    assertThat(
            count(
                "(SELECT max(fire_at) - min(fire_at) AS span, count(*) AS n FROM schedule_firing"
                    + " WHERE name = 'tick') AS f WHERE extract(epoch FROM span) = n - 1"))
        .isOne();
    assertThat(count("job WHERE origin = 'schedule:tick'")).as("jobs made").isEqualTo(instants);
    assertThat(
            count("job JOIN schedule_firing f ON f.job_id = job.id WHERE origin = 'schedule:tick'"))
        .isEqualTo(instants);
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> count("job WHERE origin = 'schedule:tick' AND state = 'SUCCEEDED'") == instants);
  }

  private static void awaitFirings(long most) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> count("schedule_firing WHERE name = 'tick'") >= most);
  }

  private static boolean leads(ChildProcess worker) {
    HttpResponse<String> health = new Jobs(worker.url()).get("/actuator/health");
    return Jobs.json(health)
        .path("components")
        .path("millraceWorker")
        .path("details")
        .path("leads")
        .asBoolean();
  }

  private static HttpResponse<String> put(String name, String body) {
    return jobs.request(
        "PUT",
        "/v1/schedules/" + name,
        body.getBytes(StandardCharsets.UTF_8),
        "Content-Type",
        "application/json");
  }

  private static HttpResponse<String> post(String path) {
    return jobs.request("POST", path, new byte[0]);
  }

  private static JsonNode get(String path) {
    HttpResponse<String> answer = jobs.get(path);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Jobs.json(answer);
  }

  private static long count(String from) throws Exception {
    LocalStack stack = installation.stack();
    try (Connection connection =
            DriverManager.getConnection(stack.jdbcUrl(), stack.username(), stack.password());
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT count(*) FROM " + from)) {
      row.next();
      return row.getLong(1);
    }
  }
}
