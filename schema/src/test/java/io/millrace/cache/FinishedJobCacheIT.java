package io.millrace.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.local.LocalRedis;
import io.millrace.local.LocalStack;
import io.millrace.model.ErrorKind;
import io.millrace.model.JobError;
import io.millrace.model.JobState;
import io.millrace.model.JobView;
import io.millrace.model.StoredResult;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.RedisClient;

/** The cache with a real Redis, there and away. The stack is its own: it is stopped and paused. */
@Timeout(120)
class FinishedJobCacheIT {
  private static final Duration TIMEOUT = Duration.ofMillis(50);
  private static final Duration TTL = Duration.ofSeconds(300);
  private static final int MAX_BYTES = 64 * 1024;

  /** Five pings half a second apart, or an open breaker's 5 s, and much room for a busy machine. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final StoredResult RESULT = Samples.result("{\"answer\": 42}");

  private static LocalStack stack;

  private final UUID id = UUID.randomUUID();
  private final JobView job = Samples.job(id, JobState.SUCCEEDED);
  private FinishedJobCache cache;
  private RedisClient direct;

  @BeforeAll
  static void startStack() {
    stack = LocalStack.temporary();
  }

  @AfterAll
  static void closeStack() {
    stack.close();
  }

  @BeforeEach
  void open() {
    redis().start();
    direct = RedisClient.create(stack.redisUri());
    direct.flushAll();
    cache = open(MAX_BYTES);
  }

  @AfterEach
  void close() {
    cache.close();
    direct.close();
  }

  @Test
  void put_settledJob_isFoundWithItsTimeToLive() {
    cache.put("t", job);
    cache.put("t", id, RESULT);
    assertThat(found(() -> cache.status("t", id))).isEqualTo(job);
    assertThat(found(() -> cache.result("t", id))).isEqualTo(RESULT);
    assertThat(direct.pttl("millrace:v1:job:t:" + id)).isBetween(200_000L, 330_000L);
    assertThat(cache.counts().hits()).isGreaterThanOrEqualTo(2);
    assertThat(cache.counts().failedCalls()).isZero();
    assertThat(cache.trouble()).isNull();
  }

  @Test
  void lookup_otherTenantOrOtherJob_findsNothing() {
    cache.put("t", id, RESULT);
    found(() -> cache.result("t", id));
    assertThat(cache.result("other", id)).isEmpty();
    assertThat(cache.result("t:" + id, id)).isEmpty();
    assertThat(cache.result("", id)).isEmpty();
    assertThat(cache.result("t", UUID.randomUUID())).isEmpty();
    assertThat(cache.status("t", id)).isEmpty();
    assertThat(cache.counts().unreadable()).isZero();
  }

  @Test
  void put_whatMayStillChange_storesNothing() {
    cache.put("t", Samples.job(id, JobState.RUNNING));
    cache.put("t", Samples.job(id, JobState.FAILED));
    cache.put("t", Samples.job(id, JobState.SUCCEEDED, Samples.FINISHED, Duration.ZERO));
    cache.put("t", id, new StoredResult(JobState.READY, null, null));
    cache.put(
        "t", id, new StoredResult(JobState.FAILED, null, new JobError(ErrorKind.BUG, "boom", 1)));
    writesDone();
    assertThat(direct.exists("millrace:v1:job:t:" + id)).isFalse();
  }

  @Test
  void put_tooLarge_storesNothing() {
    int overhead = JobCodec.encode(id, Samples.result("")).length;
    UUID fits = UUID.randomUUID();
    cache.put("t", id, Samples.result("x".repeat(MAX_BYTES - overhead + 1)));
    cache.put("t", fits, Samples.result("x".repeat(MAX_BYTES - overhead)));
    found(() -> cache.result("t", fits));
    assertThat(cache.result("t", id)).isEmpty();
  }

  @Test
  void lookup_garbage_isDroppedCountedAndReplaced() {
    byte[] key = RedisJobCache.key("t", id);
    byte[] nextVersion = JobCodec.encode(id, RESULT);
    nextVersion[0]++;
    for (byte[] garbage : new byte[][] {{}, {1}, new byte[5_000], nextVersion, bytes("{}")}) {
      long before = cache.counts().unreadable();
      direct.hset(key, bytes("result"), garbage);
      assertThat(cache.result("t", id)).isEmpty();
      assertThat(cache.counts().unreadable()).isEqualTo(before + 1);
      await().atMost(PATIENCE).until(() -> !direct.exists(key));
    }
    cache.put("t", id, RESULT);
    assertThat(found(() -> cache.result("t", id))).isEqualTo(RESULT);
    assertThat(cache.trouble()).isNull();
  }

  @Test
  void lookup_valueOfAnotherJob_isNotTakenForThisOne() {
    direct.hset(
        RedisJobCache.key("t", id), bytes("result"), JobCodec.encode(UUID.randomUUID(), RESULT));
    assertThat(cache.result("t", id)).isEmpty();
    assertThat(cache.counts().unreadable()).isEqualTo(1);
  }

  @Test
  void lookup_keyOfAnotherType_isDroppedAndReplaced() {
    byte[] key = RedisJobCache.key("t", id);
    direct.set(key, bytes("not a hash"));
    assertThat(cache.result("t", id)).isEmpty();
    assertThat(cache.counts().unreadable()).isEqualTo(1);
    cache.put("t", id, RESULT);
    assertThat(found(() -> cache.result("t", id))).isEqualTo(RESULT);
    assertThat(cache.counts().failedCalls()).isZero();
  }

  @Test
  void flushed_isAMiss() {
    cache.put("t", id, RESULT);
    found(() -> cache.result("t", id));
    direct.flushAll();
    assertThat(cache.result("t", id)).isEmpty();
    assertThat(cache.counts().failedCalls()).isZero();
  }

  @Test
  void stoppedAndRestarted_missesThenServesAgain() {
    cache.put("t", id, RESULT);
    found(() -> cache.result("t", id));

    redis().stop();
    for (int i = 0; i < 20; i++) {
      assertThat(cache.result("t", id)).isEmpty();
      cache.put("t", id, RESULT);
    }
    await().atMost(PATIENCE).until(() -> cache.trouble() != null);
    assertThat(cache.trouble()).contains("Failed to connect");
    assertThat(cache.counts().failedCalls()).isPositive();

    redis().start();
    await().atMost(PATIENCE).until(() -> cache.trouble() == null);
    assertThat(cache.result("t", id)).isEmpty(); // It keeps nothing on disk.
    cache.put("t", id, RESULT);
    assertThat(found(() -> cache.result("t", id))).isEqualTo(RESULT);
  }

  @Test
  void stopped_isNoticedWithoutAnyLookup() {
    redis().stop();
    await().atMost(PATIENCE).until(() -> cache.trouble() != null);
    assertThat(cache.counts().misses()).isZero();
  }

  @Test
  void notThereAtStart_isUsedOnceItIs() {
    cache.close();
    redis().stop();
    cache = open(MAX_BYTES);
    assertThat(cache.result("t", id)).isEmpty();
    await().atMost(PATIENCE).until(() -> cache.trouble() != null);
    redis().start();
    await().atMost(PATIENCE).until(() -> cache.trouble() == null);
    cache.put("t", id, RESULT);
    assertThat(found(() -> cache.result("t", id))).isEqualTo(RESULT);
  }

  @Test
  void paused_lookupsReturnAndRedisIsLeftAlone() {
    cache.put("t", id, RESULT);
    found(() -> cache.result("t", id));
    redis().pause();
    try {
      long start = System.nanoTime();
      for (int i = 0; i < Breaker.THRESHOLD; i++) {
        assertThat(cache.result("t", id)).isEmpty();
      }
      // Each waits for one answer, or for a connection and its first answer.
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(TIMEOUT.multipliedBy(100));
      assertThat(cache.trouble()).contains("timed out");
      long calls = cache.counts().failedCalls();
      for (int i = 0; i < 10_000; i++) {
        assertThat(cache.result("t", id)).isEmpty();
      }
      // None of them called: at most a few pings of the probe came in between.
      assertThat(cache.counts().failedCalls() - calls).isLessThan(10);
    } finally {
      redis().resume();
    }
    await().atMost(PATIENCE).until(() -> cache.trouble() == null);
    assertThat(cache.result("t", id)).contains(RESULT);
  }

  @Test
  void pausedAndResumed_lateAnswersAreNobodyElses() {
    UUID[] ids = new UUID[200];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = UUID.randomUUID();
      direct.hset(RedisJobCache.key("t", ids[i]), bytes("result"), encoded(ids[i], i));
    }
    for (int round = 0; round < 3; round++) {
      redis().pause();
      try {
        assertThat(cache.result("t", ids[round])).isEmpty(); // Its answer comes after the resume.
      } finally {
        redis().resume();
      }
      for (int i = 0; i < ids.length; i++) {
        Optional<StoredResult> found = cache.result("t", ids[i]);
        assertThat(found.map(StoredResult::json).orElse("" + i)).isEqualTo("" + i);
      }
    }
    assertThat(cache.counts().unreadable()).isZero();
  }

  @Test
  void none_keepsNothing() {
    FinishedJobCache none = FinishedJobCache.none();
    none.put("t", job);
    none.put("t", id, RESULT);
    assertThat(none.status("t", id)).isEmpty();
    assertThat(none.result("t", id)).isEmpty();
    assertThat(none.trouble()).isNull();
    none.close();
  }

  @Test
  void closed_neverThrows() {
    cache.close();
    cache.put("t", id, RESULT);
    assertThat(cache.result("t", id)).isEmpty();
    cache.close();
  }

  /** Writes are done in order: once this one is there, those before it have been. */
  private void writesDone() {
    UUID last = UUID.randomUUID();
    cache.put("t", last, RESULT);
    found(() -> cache.result("t", last));
  }

  private static <T> T found(Callable<Optional<T>> lookup) {
    return await().atMost(PATIENCE).until(lookup, Optional::isPresent).orElseThrow();
  }

  private static FinishedJobCache open(int maxBytes) {
    return FinishedJobCache.redis(
        new RedisSettings(URI.create(stack.redisUri()), TIMEOUT, TTL, maxBytes, 10), new Random(1));
  }

  private static LocalRedis redis() {
    return stack.redis();
  }

  private static byte[] encoded(UUID id, int number) {
    return JobCodec.encode(id, Samples.result("" + number));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
