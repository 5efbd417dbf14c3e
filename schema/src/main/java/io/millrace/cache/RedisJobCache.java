package io.millrace.cache;

import io.millrace.model.JobRef;
import io.millrace.model.JobView;
import io.millrace.model.StoredResult;
import io.millrace.runtime.Batcher;
import io.millrace.runtime.PeriodicLoop;
import io.millrace.runtime.Time;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Finished jobs in Redis: a hash per job, with the status in one field and the result in another,
 * so that a status does not drag a large result along. Values are written by one loop in the order
 * they were handed in; while it lags behind, more than {@value #WAITING} are left out.
 */
final class RedisJobCache implements FinishedJobCache {
  /** Bounds the memory of waiting values: times the largest value, 64 MB by default. */
  private static final int WAITING = 256;

  private static final int BATCH = 16;
  private static final Duration PING_PAUSE = Duration.ofMillis(500);
  private static final byte[] STATUS = "status".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] RESULT = "result".getBytes(StandardCharsets.US_ASCII);

  private final RedisSettings settings;
  private final Redis redis;
  private final RandomGenerator random;
  private final Breaker breaker;
  private final CacheCounts counts = new CacheCounts();
  private final Batcher<Change, Boolean> writer;
  private final PeriodicLoop probe;

  private sealed interface Change {
    record Store(byte[] key, byte[] field, byte[] value) implements Change {}

    record Drop(byte[] key) implements Change {}
  }

  RedisJobCache(RedisSettings settings, RandomGenerator random, Time time) {
    this.settings = settings;
    this.redis = new Redis(settings);
    this.random = random;
    this.breaker = new Breaker(time, new java.util.Random(random.nextLong()));
    this.writer = new Batcher<>("cache", WAITING, BATCH, this::write);
    this.probe = new PeriodicLoop("cache-probe", PING_PAUSE, this::probe);
  }

  void start() {
    writer.start();
    probe.start();
  }

  @Override
  public Map<JobRef, JobView> statuses(Collection<JobRef> jobs) {
    List<JobRef> asked = List.copyOf(jobs);
    List<byte @Nullable []> values =
        breaker.isClosed()
            ? read(asked.stream().map(job -> key(job.tenant(), job.id())).toList(), STATUS)
            : List.of();
    Map<JobRef, JobView> found = new HashMap<>();
    for (int i = 0; i < values.size(); i++) {
      JobRef job = asked.get(i);
      decoded(key(job.tenant(), job.id()), values.get(i), v -> JobCodec.status(job.id(), v))
          .ifPresent(view -> found.put(job, view));
    }
    asked.forEach(job -> counts.lookedUp(found.containsKey(job)));
    return found;
  }

  @Override
  public Optional<StoredResult> result(String tenant, UUID id) {
    return look(tenant, id, RESULT, value -> JobCodec.result(id, value));
  }

  @Override
  public void put(String tenant, JobView job) {
    if (breaker.isClosed() && Keepable.status(job)) {
      store(key(tenant, job.id()), STATUS, JobCodec.encode(job));
    }
  }

  @Override
  public void put(String tenant, UUID id, StoredResult result) {
    if (breaker.isClosed() && Keepable.result(result)) {
      store(key(tenant, id), RESULT, JobCodec.encode(id, result));
    }
  }

  @Override
  public @Nullable String trouble() {
    String away = breaker.trouble();
    if (away != null) {
      return away;
    }
    return writer.trouble() == null ? probe.trouble() : writer.trouble();
  }

  @Override
  public CacheCounts counts() {
    return counts;
  }

  @Override
  public void close() {
    probe.close();
    writer.close();
    redis.close();
  }

  /**
   * The id ends the key and has a fixed form, so no tenant's name can reach into another's keys.
   */
  static byte[] key(String tenant, UUID id) {
    return ("millrace:v1:job:" + tenant + ":" + id).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The time to live, 10 % more or less, so that what was stored together does not end together.
   */
  static long spread(Duration ttl, RandomGenerator random) {
    long millis = ttl.toMillis();
    long tenth = millis / 10;
    return millis - tenth + random.nextLong(2 * tenth + 1);
  }

  private <T> Optional<T> look(
      String tenant, UUID id, byte[] field, Function<byte[], Optional<T>> decode) {
    Optional<T> found =
        breaker.isClosed() ? read(key(tenant, id), field, decode) : Optional.empty();
    counts.lookedUp(found.isPresent());
    return found;
  }

  private <T> Optional<T> read(byte[] key, byte[] field, Function<byte[], Optional<T>> decode) {
    List<byte @Nullable []> values = read(List.of(key), field);
    return values.isEmpty() ? Optional.empty() : decoded(key, values.getFirst(), decode);
  }

  /** The values in the order of their keys; none at all when Redis cannot be asked. */
  private List<byte @Nullable []> read(List<byte[]> keys, byte[] field) {
    try {
      List<byte @Nullable []> values = redis.get(keys, field);
      breaker.called();
      return values;
    } catch (RuntimeException e) {
      breaker.failed(failure(e));
      return List.of();
    }
  }

  private <T> Optional<T> decoded(
      byte[] key, byte @Nullable [] value, Function<byte[], Optional<T>> decode) {
    if (value == null) {
      return Optional.empty();
    }
    Optional<T> decoded = decode.apply(value);
    if (decoded.isEmpty()) {
      counts.foundUnreadable();
      submit(new Change.Drop(key));
    }
    return decoded;
  }

  private void store(byte[] key, byte[] field, byte[] value) {
    if (value.length <= settings.maxValueBytes()) {
      submit(new Change.Store(key, field, value));
    }
  }

  private void submit(Change change) {
    if (writer.submit(change).isCompletedExceptionally()) {
      counts.left();
    }
  }

  private List<Boolean> write(List<Change> changes) {
    return changes.stream().map(this::write).toList();
  }

  private boolean write(Change change) {
    if (!breaker.isClosed()) {
      return false;
    }
    try {
      switch (change) {
        case Change.Store(byte[] key, byte[] field, byte[] value) ->
            redis.put(key, field, value, spread(settings.ttl(), random));
        case Change.Drop(byte[] key) -> redis.drop(key);
      }
      breaker.called();
      return true;
    } catch (RuntimeException e) {
      breaker.failed(failure(e));
      return false;
    }
  }

  /** Finds out that Redis has gone even if nobody asks for a job, and that it is back. */
  private boolean probe() {
    if (breaker.isClosed()) {
      String failure = ping();
      if (failure == null) {
        breaker.called();
      } else {
        breaker.failed(failure);
      }
    } else if (breaker.isHalfOpen()) {
      redis.forgetIdle();
      breaker.probed(ping());
    }
    return false;
  }

  private @Nullable String ping() {
    try {
      redis.ping();
      return null;
    } catch (RuntimeException e) {
      return failure(e);
    }
  }

  /** Counts a failed call and says why it failed, which Jedis' outermost exception often omits. */
  private String failure(RuntimeException e) {
    counts.callFailed();
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    if (root instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    return root.getClass().getSimpleName() + ": " + root.getMessage();
  }
}
