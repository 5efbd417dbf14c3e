package io.millrace.model;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * When a failed attempt is followed by another: exponential backoff with jitter.
 *
 * @param maxAttempts attempts in all, 1 to {@link Limits#MAX_ATTEMPTS}
 * @param initialDelay upper bound of the delay after the first failure, 0 or more
 * @param factor growth of that bound per further failure, 1.0 to 10.0
 * @param maxDelay ceiling of the bound, at least {@code initialDelay}
 * @param jitter where below the bound the delay falls
 * @param budget no attempt follows a failure later than this after the job's creation; null for no
 *     such bound
 * @param kinds error kinds another attempt may follow, whatever they say themselves; null leaves it
 *     to {@link ErrorKind#retryable()}
 */
public record RetryPolicy(
    int maxAttempts,
    Duration initialDelay,
    double factor,
    Duration maxDelay,
    Jitter jitter,
    @Nullable Duration budget,
    @Nullable Set<ErrorKind> kinds) {
  /** How a delay is drawn; see "Exponential Backoff and Jitter", AWS Architecture Blog, 2015. */
  public enum Jitter {
    /** The bound itself. */
    NONE,
    /** Evenly between zero and the bound. */
    FULL,
    /**
     * Evenly between the initial delay and three times the bound of the failure before, at most the
     * ceiling.
     */
    DECORRELATED
  }

  /** Three attempts, 1 s growing by 2 up to 5 min, full jitter. */
  public static final RetryPolicy DEFAULT =
      new RetryPolicy(3, Duration.ofSeconds(1), 2.0, Duration.ofMinutes(5));

  /** One attempt, no retry. */
  public static final RetryPolicy NONE = new RetryPolicy(1, Duration.ZERO, 1.0, Duration.ZERO);

  /** A policy with full jitter, no budget, and each error kind's own answer. */
  public RetryPolicy(int maxAttempts, Duration initialDelay, double factor, Duration maxDelay) {
    this(maxAttempts, initialDelay, factor, maxDelay, Jitter.FULL, null, null);
  }

  public RetryPolicy {
    if (maxAttempts < 1 || maxAttempts > Limits.MAX_ATTEMPTS) {
      throw new IllegalArgumentException(
          "maxAttempts is " + maxAttempts + "; it must be 1 to " + Limits.MAX_ATTEMPTS);
    }
    if (initialDelay.isNegative() || maxDelay.compareTo(initialDelay) < 0) {
      throw new IllegalArgumentException(
          "initialDelay " + initialDelay + " must be 0 or more and at most maxDelay " + maxDelay);
    }
    if (!(factor >= 1.0 && factor <= 10.0)) {
      throw new IllegalArgumentException("factor is " + factor + "; it must be 1.0 to 10.0");
    }
    if (budget != null && budget.isNegative()) {
      throw new IllegalArgumentException("budget " + budget + " must be 0 or more");
    }
    kinds = kinds == null ? null : Set.copyOf(kinds);
  }

  /**
   * The delay before the attempt that follows a failure.
   *
   * @param failures failed attempts so far, from 1
   * @param random where in its range the delay falls, 0.0 to below 1.0
   */
  public Duration delayAfter(int failures, double random) {
    double first = initialDelay.toMillis();
    double drawn =
        switch (jitter) {
          case NONE -> bound(failures);
          case FULL -> bound(failures) * random;
          case DECORRELATED -> {
            double top = failures <= 1 ? first : Math.max(first, 3 * bound(failures - 1));
            yield first + (Math.min(top, maxDelay.toMillis()) - first) * random;
          }
        };
    return Duration.ofMillis((long) Math.min(drawn, maxDelay.toMillis()));
  }

  /** Whether another attempt may follow a failure of this kind, as far as kinds go. */
  public boolean retries(ErrorKind kind) {
    return kinds == null ? kind.retryable() : kinds.contains(kind);
  }

  private double bound(int failures) {
    double grown = initialDelay.toMillis() * Math.pow(factor, Math.max(0, failures - 1));
    return Math.min(grown, maxDelay.toMillis());
  }

  /** The policy as one line of text, which {@link #decode} reads. */
  public String encode() {
    return "attempts=%d;initial=%d;factor=%s;max=%d;jitter=%s;budget=%s;kinds=%s"
        .formatted(
            maxAttempts,
            initialDelay.toMillis(),
            factor,
            maxDelay.toMillis(),
            jitter,
            budget == null ? "" : budget.toMillis(),
            kinds == null
                ? "*"
                : kinds.stream().map(Enum::name).sorted().collect(Collectors.joining(",")));
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws IllegalArgumentException when the text is anything else
   */
  public static RetryPolicy decode(String text) {
    Map<String, String> fields = new HashMap<>();
    for (String field : text.split(";", -1)) {
      int equals = field.indexOf('=');
      if (equals < 0) {
        throw new IllegalArgumentException("no retry policy: " + text);
      }
      fields.put(field.substring(0, equals), field.substring(equals + 1));
    }
    String budget = fields.getOrDefault("budget", "");
    return new RetryPolicy(
        Integer.parseInt(fields.getOrDefault("attempts", "")),
        Duration.ofMillis(Long.parseLong(fields.getOrDefault("initial", ""))),
        Double.parseDouble(fields.getOrDefault("factor", "")),
        Duration.ofMillis(Long.parseLong(fields.getOrDefault("max", ""))),
        Jitter.valueOf(fields.getOrDefault("jitter", "")),
        budget.isEmpty() ? null : Duration.ofMillis(Long.parseLong(budget)),
        kinds(fields.getOrDefault("kinds", "*")));
  }

  private static @Nullable Set<ErrorKind> kinds(String names) {
    if (names.equals("*")) {
      return null;
    }
    Set<ErrorKind> kinds = EnumSet.noneOf(ErrorKind.class);
    Arrays.stream(names.split(","))
        .filter(name -> !name.isEmpty())
        .map(ErrorKind::valueOf)
        .forEach(kinds::add);
    return kinds;
  }
}
