package io.millrace.cache;

import io.millrace.runtime.Batcher;
import io.millrace.runtime.PeriodicLoop;
import io.millrace.runtime.Time;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The way to Redis of everything that is kept there: one pool of connections, one breaker before
 * it. Reads run on the caller's thread; writes wait for a loop, and more than {@value #WAITING} of
 * them are left out. Nothing here throws.
 */
final class RedisLink implements AutoCloseable {
  /** Bounds the memory of waiting values: times the largest value, 64 MB by default. */
  private static final int WAITING = 256;

  private static final int BATCH = 16;
  private static final Duration PING_PAUSE = Duration.ofMillis(500);

  private final RedisSettings settings;
  private final Redis redis;
  private final Breaker breaker;
  private final CacheCounts counts = new CacheCounts();
  private final Batcher<Consumer<Redis>, Boolean> writer;
  private final PeriodicLoop probe;

  RedisLink(RedisSettings settings, RandomGenerator random, Time time) {
    this.settings = settings;
    this.redis = new Redis(settings);
    this.breaker = new Breaker(time, new Random(random.nextLong()));
    this.writer = new Batcher<>("cache", WAITING, BATCH, this::write);
    this.probe = new PeriodicLoop("cache-probe", PING_PAUSE, this::probe);
  }

  void start() {
    writer.start();
    probe.start();
  }

  RedisSettings settings() {
    return settings;
  }

  CacheCounts counts() {
    return counts;
  }

  /** Whether callers go to Redis at all. */
  boolean isClosed() {
    return breaker.isClosed();
  }

  /** Why Redis is left alone, in words for an operator; null while it is in use. */
  @Nullable String trouble() {
    String away = breaker.trouble();
    if (away != null) {
      return away;
    }
    return writer.trouble() == null ? probe.trouble() : writer.trouble();
  }

  /** Asks now; empty when Redis is away or does not answer in time. */
  <T> Optional<T> ask(Function<Redis, T> question) {
    if (!breaker.isClosed()) {
      return Optional.empty();
    }
    try {
      T answer = question.apply(redis);
      breaker.called();
      return Optional.of(answer);
    } catch (RuntimeException e) {
      breaker.failed(failure(e));
      return Optional.empty();
    }
  }

  /** Writes a little later, when Redis is there and not too many others wait. */
  void tell(Consumer<Redis> change) {
    if (breaker.isClosed() && writer.submit(change).isCompletedExceptionally()) {
      counts.left();
    }
  }

  @Override
  public void close() {
    probe.close();
    writer.close();
    redis.close();
  }

  private List<Boolean> write(List<Consumer<Redis>> changes) {
    return changes.stream().map(this::write).toList();
  }

  private boolean write(Consumer<Redis> change) {
    return ask(connected -> {
          change.accept(connected);
          return true;
        })
        .orElse(false);
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
