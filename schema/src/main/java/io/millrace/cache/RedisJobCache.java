package io.millrace.cache;

import io.millrace.model.JobRef;
import io.millrace.model.JobView;
import io.millrace.model.StoredResult;
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
 * so that a status does not drag a large result along. Values are written in the order they were
 * handed in.
 */
final class RedisJobCache implements FinishedJobCache {
  private static final byte[] STATUS = "status".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] RESULT = "result".getBytes(StandardCharsets.US_ASCII);

  private final RedisSettings settings;
  private final RedisLink link;
  private final RandomGenerator random;
  private final CacheCounts counts;

  RedisJobCache(RedisSettings settings, RandomGenerator random, Time time) {
    this.settings = settings;
    this.link = new RedisLink(settings, random, time);
    this.random = random;
    this.counts = link.counts();
  }

  void start() {
    link.start();
  }

  @Override
  public RedisLink link() {
    return link;
  }

  @Override
  public Map<JobRef, JobView> statuses(Collection<JobRef> jobs) {
    List<JobRef> asked = List.copyOf(jobs);
    List<byte @Nullable []> values =
        read(asked.stream().map(job -> key(job.tenant(), job.id())).toList(), STATUS);
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
    if (link.isClosed() && Keepable.status(job)) {
      store(key(tenant, job.id()), STATUS, JobCodec.encode(job));
    }
  }

  @Override
  public void put(String tenant, UUID id, StoredResult result) {
    if (link.isClosed() && Keepable.result(result)) {
      store(key(tenant, id), RESULT, JobCodec.encode(id, result));
    }
  }

  @Override
  public @Nullable String trouble() {
    return link.trouble();
  }

  @Override
  public CacheCounts counts() {
    return counts;
  }

  @Override
  public void close() {
    link.close();
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
    Optional<T> found = read(key(tenant, id), field, decode);
    counts.lookedUp(found.isPresent());
    return found;
  }

  private <T> Optional<T> read(byte[] key, byte[] field, Function<byte[], Optional<T>> decode) {
    List<byte @Nullable []> values = read(List.of(key), field);
    return values.isEmpty() ? Optional.empty() : decoded(key, values.getFirst(), decode);
  }

  /** The values in the order of their keys; none at all when Redis cannot be asked. */
  private List<byte @Nullable []> read(List<byte[]> keys, byte[] field) {
    return link.ask(redis -> redis.get(keys, field)).orElse(List.of());
  }

  private <T> Optional<T> decoded(
      byte[] key, byte @Nullable [] value, Function<byte[], Optional<T>> decode) {
    if (value == null) {
      return Optional.empty();
    }
    Optional<T> decoded = decode.apply(value);
    if (decoded.isEmpty()) {
      counts.foundUnreadable();
      link.tell(redis -> redis.drop(key));
    }
    return decoded;
  }

  private void store(byte[] key, byte[] field, byte[] value) {
    if (value.length <= settings.maxValueBytes()) {
      link.tell(redis -> redis.put(key, field, value, spread(settings.ttl(), random)));
    }
  }
}
