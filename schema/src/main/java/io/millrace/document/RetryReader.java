package io.millrace.document;

import io.millrace.model.ErrorKind;
import io.millrace.model.JobType;
import io.millrace.model.Limits;
import io.millrace.model.RetryPolicy;
import io.millrace.model.RetryPolicy.Jitter;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads {@code retry} and {@code maxAttempts}: the submission's own retry policy, made of the
 * type's with what the submission gives in its place.
 */
public final class RetryReader {
  /** The fields of {@code retry}. */
  public static final Set<String> FIELDS =
      Set.of("maxAttempts", "initialDelay", "factor", "maxDelay", "jitter", "budget", "kinds");

  private static final Duration MAX_DELAY = Duration.ofMillis(Limits.MAX_AHEAD_MILLIS);

  /** Kinds an attempt can fail with. The others end the job, or are the type's to decide. */
  private static final Set<ErrorKind> KINDS =
      EnumSet.of(
          ErrorKind.HANDLER,
          ErrorKind.TIMEOUT,
          ErrorKind.HEARTBEAT,
          ErrorKind.BAD_PAYLOAD,
          ErrorKind.DEPENDENCY,
          ErrorKind.BUG);

  private RetryReader() {}

  /**
   * What a submission says about attempts.
   *
   * @param maxAttempts attempts in all
   * @param policy null for the type's
   */
  public record Attempts(int maxAttempts, @Nullable RetryPolicy policy) {}

  /**
   * Reads both fields.
   *
   * @param type null when the submission names none that is known
   */
  public static Attempts read(Fields body, @Nullable JobType type) {
    OptionalInt plain = body.integer("maxAttempts", 1, Limits.MAX_ATTEMPTS);
    int usual = type == null ? RetryPolicy.DEFAULT.maxAttempts() : type.maxAttempts();
    JsonNode given = body.object().get("retry");
    if (given == null) {
      return new Attempts(plain.orElse(usual), null);
    }
    if (!given.isObject()) {
      body.fault("retry", "retry must be an object");
      return new Attempts(usual, null);
    }
    RetryPolicy base = base(type);
    Fields retry = new Fields(given, body.pointer("retry"), body.faults());
    retry.allow(FIELDS);
    OptionalInt own = retry.integer("maxAttempts", 1, Limits.MAX_ATTEMPTS);
    if (plain.isPresent() && own.isPresent() && plain.getAsInt() != own.getAsInt()) {
      retry.fault(
          "maxAttempts",
          "retry.maxAttempts is %d and maxAttempts is %d; they mean the same, give one of them"
              .formatted(own.getAsInt(), plain.getAsInt()));
    }
    int attempts = own.isPresent() ? own.getAsInt() : plain.orElse(base.maxAttempts());
    RetryPolicy policy = policy(retry, base, attempts);
    return new Attempts(attempts, policy);
  }

  private static RetryPolicy base(@Nullable JobType type) {
    if (type == null) {
      return RetryPolicy.DEFAULT;
    }
    RetryPolicy of = type.retry() == null ? RetryPolicy.DEFAULT : RetryPolicy.decode(type.retry());
    return new RetryPolicy(
        type.maxAttempts(),
        of.initialDelay(),
        of.factor(),
        of.maxDelay(),
        of.jitter(),
        of.budget(),
        of.kinds());
  }

  private static @Nullable RetryPolicy policy(Fields retry, RetryPolicy base, int attempts) {
    Optional<Duration> initial = retry.duration("initialDelay", Duration.ZERO, MAX_DELAY);
    Optional<Double> factor = retry.number("factor", 1.0, 10.0);
    Optional<Duration> max = retry.duration("maxDelay", Duration.ZERO, MAX_DELAY);
    Optional<Jitter> jitter = jitter(retry);
    Optional<Duration> budget = retry.duration("budget", Duration.ofMillis(1), MAX_DELAY);
    Set<ErrorKind> kinds = retry.has("kinds") ? kinds(retry) : base.kinds();
    Duration first = initial.orElse(base.initialDelay());
    Duration ceiling = max.orElse(base.maxDelay());
    if (first.compareTo(ceiling) > 0) {
      retry.fault(
          initial.isPresent() ? "initialDelay" : "maxDelay",
          "initialDelay is %s%s and longer than maxDelay, which is %s%s"
              .formatted(
                  Durations.show(first),
                  initial.isPresent() ? "" : " by the type",
                  Durations.show(ceiling),
                  max.isPresent() ? "" : " by the type"));
      return null;
    }
    return new RetryPolicy(
        attempts,
        first,
        factor.orElse(base.factor()),
        ceiling,
        jitter.orElse(base.jitter()),
        budget.orElse(base.budget()),
        kinds);
  }

  private static Optional<Jitter> jitter(Fields retry) {
    Optional<String> name = retry.text("jitter");
    Optional<Jitter> found =
        name.flatMap(n -> Arrays.stream(Jitter.values()).filter(j -> word(j).equals(n)).findAny());
    if (name.isPresent() && found.isEmpty()) {
      retry.fault("jitter", "jitter must be one of none, full, decorrelated");
    }
    return found;
  }

  private static String word(Jitter jitter) {
    return jitter.name().toLowerCase(Locale.ROOT);
  }

  private static @Nullable Set<ErrorKind> kinds(Fields retry) {
    JsonNode given = retry.object().get("kinds");
    Set<ErrorKind> kinds = EnumSet.noneOf(ErrorKind.class);
    if (!given.isArray() || given.isEmpty()) {
      retry.fault("kinds", "kinds must be an array of error kinds, at least one: " + names());
      return null;
    }
    for (int i = 0; i < given.size(); i++) {
      JsonNode kind = given.get(i);
      Optional<ErrorKind> found =
          KINDS.stream()
              .filter(k -> kind.isString() && k.name().equals(kind.stringValue()))
              .findAny();
      if (found.isEmpty()) {
        retry.fault("kinds", "kinds[%d] must be one of %s".formatted(i, names()));
        return null;
      }
      kinds.add(found.get());
    }
    return kinds;
  }

  private static String names() {
    return KINDS.stream().map(ErrorKind::name).collect(Collectors.joining(", "));
  }
}
