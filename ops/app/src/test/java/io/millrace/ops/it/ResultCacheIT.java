package io.millrace.ops.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.local.LocalRedis;
import io.millrace.ops.up.Role;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.RedisClient;
import tools.jackson.databind.JsonNode;

/** Kept results as callers see them, with Redis there, gone, slow, flushed and full of garbage. */
@Timeout(180)
class ResultCacheIT {
  private static final Installation INSTALLATION = Installation.create();
  private static final String CACHE = ",\"cache\":{}";
  private static Jobs jobs;

  @BeforeAll
  static void start() {
    jobs =
        Installation.jobs(
            INSTALLATION.start(
                Set.of(Role.API, Role.WORKER),
                Map.of("millrace.worker.pools.default.slots", "64")));
  }

  @AfterAll
  static void stop() throws Exception {
    INSTALLATION.close();
  }

  private static JsonNode submit(String type, String payload, String more) {
    HttpResponse<String> answer =
        jobs.submitRaw("{\"type\":\"" + type + "\",\"payload\":" + payload + more + "}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    return Jobs.json(answer);
  }

  private static JsonNode echo(String value) {
    return submit("echo", "{\"value\":" + value + "}", CACHE);
  }

  private static String status(JsonNode receipt) {
    return receipt.path("cache").path("status").asString();
  }

  @Test
  void submit_sameWorkAgain_isAHitWithTheResultAndItsSource() {
    JsonNode first = echo("\"once\"");
    assertThat(status(first)).isEqualTo("MISS");
    String source = first.path("id").asString();
    jobs.succeeded(source);
    for (int i = 0; i < 3; i++) {
      JsonNode hit = submit("echo", "{ \"value\" : \"\\u006fnce\" }", CACHE);
      assertThat(status(hit)).isEqualTo("HIT");
      assertThat(hit.path("state").asString()).isEqualTo("SUCCEEDED");
      assertThat(hit.path("cache").path("source").asString()).isEqualTo(source);
      assertThat(jobs.result(hit.path("id").asString()).stringValue()).isEqualTo("once");
      assertThat(jobs.status(hit.path("id").asString()).path("attempt").asInt()).isZero();
    }
    assertThat(submit("echo", "{\"value\":\"once\"}", "").has("cache")).isFalse();
  }

  @Test
  void submit_cacheOfATypeThatKeepsNothing_is400() {
    HttpResponse<String> answer = jobs.submitRaw("{\"type\":\"fail\",\"cache\":{}}");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("#/cache", "are not kept");
  }

  @Test
  void submit_sameWorkWhileItRuns_joinsAndAllGetTheOutcome() {
    JsonNode leader = submit("sleep", "{\"millis\":1000}", CACHE);
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      JsonNode joined = submit("sleep", "{\"millis\":1000.0}", CACHE);
      assertThat(status(joined)).isEqualTo("JOINED");
      assertThat(joined.path("cache").path("source")).isEqualTo(leader.path("id"));
      ids.add(joined.path("id").asString());
    }
    ids.forEach(id -> assertThat(jobs.succeeded(id).path("attempt").asInt()).isZero());
    assertThat(jobs.succeeded(leader.path("id").asString()).path("attempt").asInt()).isEqualTo(1);
    assertThat(jobs.result(ids.getLast()).path("sleptMillis").asInt()).isEqualTo(1000);
  }

  @Test
  void cancel_runningLeader_aFollowerRunsInItsPlace() {
    JsonNode leader = submit("sleep", "{\"millis\":1500}", CACHE);
    jobs.awaitState(leader.path("id").asString(), "RUNNING");
    JsonNode second = submit("sleep", "{\"millis\":1500}", CACHE);
    JsonNode third = submit("sleep", "{\"millis\":1500}", CACHE);
    jobs.request("POST", "/v1/jobs/" + leader.path("id").asString() + "/cancel", new byte[0]);
    jobs.awaitState(leader.path("id").asString(), "CANCELLED");
    assertThat(jobs.succeeded(second.path("id").asString()).path("attempt").asInt()).isEqualTo(1);
    assertThat(jobs.succeeded(third.path("id").asString()).path("attempt").asInt()).isZero();
  }

  @Test
  void delete_byType_nobodyGetsTheOldResult() {
    String source = echo("\"old\"").path("id").asString();
    jobs.succeeded(source);
    assertThat(status(echo("\"old\""))).isEqualTo("HIT");
    assertThat(status(echo("\"old\""))).isEqualTo("HIT");
    HttpResponse<String> deleted = jobs.request("DELETE", "/v1/cache?type=echo", new byte[0]);
    assertThat(deleted.statusCode()).as(deleted.body()).isEqualTo(200);
    assertThat(Jobs.json(deleted).path("invalidated").asInt()).isPositive();
    assertThat(status(echo("\"old\""))).isEqualTo("MISS");
    assertThat(jobs.get("/v1/cache/stats").body()).contains("submissions.hit", "echo");
  }

  @Test
  void redis_garbageUnderAKey_isDroppedAndTheResultIsStillRight() throws Exception {
    String source = echo("\"poisoned\"").path("id").asString();
    jobs.succeeded(source);
    assertThat(status(echo("\"poisoned\""))).isEqualTo("HIT");
    try (RedisClient direct = RedisClient.create(INSTALLATION.stack().redisUri())) {
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> !direct.keys("millrace:v1:work:*").isEmpty());
      for (String key : direct.keys("millrace:v1:work:*")) {
        direct.set(key.getBytes(StandardCharsets.UTF_8), new byte[] {1, 'K', 0, 0});
      }
    }
    JsonNode hit = echo("\"poisoned\"");
    assertThat(status(hit)).isEqualTo("HIT");
    assertThat(jobs.result(hit.path("id").asString()).stringValue()).isEqualTo("poisoned");
  }

  @Test
  void redis_stoppedPausedFlushedRestartedUnderLoad_nobodyNotices() throws Exception {
    LocalRedis redis = INSTALLATION.stack().redis();
    AtomicBoolean done = new AtomicBoolean();
    AtomicInteger submitted = new AtomicInteger();
    try (ExecutorService callers = Executors.newFixedThreadPool(4)) {
      List<Future<List<String>>> wrong = new ArrayList<>();
      for (int caller = 0; caller < 4; caller++) {
        wrong.add(callers.submit(() -> load(done, submitted)));
      }
      redis.pause();
      passes(submitted, 200);
      redis.resume();
      passes(submitted, 200);
      redis.stop();
      passes(submitted, 200);
      redis.start();
      passes(submitted, 200);
      try (RedisClient direct = RedisClient.create(INSTALLATION.stack().redisUri())) {
        direct.flushAll();
      }
      passes(submitted, 200);
      done.set(true);
      for (Future<List<String>> one : wrong) {
        assertThat(one.get(60, TimeUnit.SECONDS)).isEmpty();
      }
    } finally {
      done.set(true);
      if (!redis.isRunning()) {
        redis.start();
      }
    }
  }

  private static void passes(AtomicInteger submitted, int more) {
    int from = submitted.get();
    await().atMost(Duration.ofSeconds(60)).until(() -> submitted.get() >= from + more);
  }

  /** Submits the same few pieces of work over and over; says what was wrong. */
  private static List<String> load(AtomicBoolean done, AtomicInteger submitted) {
    List<String> wrong = new ArrayList<>();
    for (int i = 0; !done.get() && wrong.size() < 5; i++) {
      String value = "\"load-" + i % 20 + "\"";
      HttpResponse<String> answer =
          jobs.submitRaw("{\"type\":\"echo\",\"payload\":{\"value\":" + value + "}" + CACHE + "}");
      JsonNode receipt = Jobs.json(answer);
      if (answer.statusCode() != 202) {
        wrong.add(answer.statusCode() + " " + answer.body());
      } else if (status(receipt).equals("HIT")) {
        String id = receipt.path("id").asString();
        if (!value.equals(jobs.result(id).toString())) {
          wrong.add(id + " has " + jobs.result(id) + " and not " + value);
        }
      }
      submitted.incrementAndGet();
    }
    return wrong;
  }
}
