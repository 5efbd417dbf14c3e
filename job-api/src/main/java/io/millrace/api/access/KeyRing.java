package io.millrace.api.access;

import io.millrace.model.ApiKey;
import io.millrace.model.KeyText;
import io.millrace.runtime.PeriodicLoop;
import io.millrace.runtime.Time;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The API keys as of at most a second ago, so that no request asks the database for its caller.
 * While the database does not answer, the last known ones stand. Thread-safe.
 */
public final class KeyRing implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final Duration MISS_PAUSE = Duration.ofMillis(100);

  private final Supplier<List<ApiKey>> store;
  private final Time time;
  private final PeriodicLoop loop;
  private volatile Map<String, ApiKey> keys = Map.of();
  private volatile boolean reachable;
  private long readNanos;

  /**
   * Makes a ring.
   *
   * @param store reads all keys, revoked ones too
   */
  public KeyRing(Supplier<List<ApiKey>> store, Time time) {
    this.store = store;
    this.time = time;
    this.loop = new PeriodicLoop("keys", PAUSE, this::read);
  }

  /** Reads the keys and goes on doing so; without them nobody may be let in. */
  public void start() {
    read();
    loop.start();
  }

  /** Whether a key was ever made; one that is revoked counts, so that revoking opens nothing. */
  public boolean isConfigured() {
    return !keys.isEmpty();
  }

  /**
   * The key that this text is; empty when it is malformed, unknown or revoked. An unknown one may
   * have been made a moment ago, so the database is asked again, a few times a second at most.
   */
  public Optional<ApiKey> find(String text) {
    return KeyText.parse(text).flatMap(this::find);
  }

  private Optional<ApiKey> find(KeyText text) {
    if (!keys.containsKey(text.id())) {
      readIfOlder();
    }
    return Optional.ofNullable(keys.get(text.id())).filter(text::opens).filter(ApiKey::isLive);
  }

  /** The loop, for its health. */
  public PeriodicLoop loop() {
    return loop;
  }

  @Override
  public void close() {
    loop.close();
  }

  /** A failure is the loop's to tell; callers with an unknown key do not wait for the database. */
  private void readIfOlder() {
    if (!reachable) {
      return;
    }
    synchronized (this) {
      if (reachable && time.nanos() - readNanos > MISS_PAUSE.toNanos()) {
        try {
          read();
        } catch (RuntimeException e) {
          // read() has noted it; the key stays unknown and the loop reports.
        }
      }
    }
  }

  /** One reading, as the loop does it. */
  synchronized boolean read() {
    boolean read = false;
    try {
      keys =
          store.get().stream()
              .collect(Collectors.toUnmodifiableMap(ApiKey::id, Function.identity()));
      read = true;
    } finally {
      reachable = read;
      readNanos = time.nanos();
    }
    return false;
  }
}
