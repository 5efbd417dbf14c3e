package io.millrace.api.admission;

import io.millrace.document.Fields;
import io.millrace.document.WorkKey;
import io.millrace.model.CachePolicy;
import io.millrace.model.CacheUse;
import io.millrace.model.JobOptions;
import io.millrace.model.JobType;
import io.millrace.model.Limits;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads what a submission wants of kept results: the field {@code cache}, else the type's word. */
final class CacheReader {
  static final String FIELD = "cache";

  private static final Set<String> FIELDS = Set.of("mode", "ttl", "maxAge", "staleWhileRevalidate");
  private static final Duration MOST = Duration.ofMillis(CachePolicy.MAX_TTL_MILLIS);
  private static final Duration MOST_STALE = Duration.ofMillis(Limits.MAX_STALE_MILLIS);

  private final ContentHashes contents;

  CacheReader(ContentHashes contents) {
    this.contents = contents;
  }

  private enum Mode {
    USE,
    REFRESH,
    OFF
  }

  private record Wish(
      Mode mode, @Nullable Duration ttl, @Nullable Duration maxAge, Duration stale) {
    static final Wish OFF = new Wish(Mode.OFF, null, null, Duration.ZERO);
    static final Wish USE = new Wish(Mode.USE, null, null, Duration.ZERO);
  }

  /**
   * What it asks for; null for nothing.
   *
   * @param options the other options: what starts later is nobody's leader and waits for nobody
   */
  CacheUse.@Nullable Asks read(
      Fields body, JobType type, String tenant, JsonNode payload, JobOptions options) {
    CachePolicy policy = type.cache();
    boolean later = options.runAt() != null || options.delayMillis() != null;
    Wish usual = policy != null && policy.byDefault() && !later ? Wish.USE : Wish.OFF;
    Wish wish = body.has(FIELD) ? wish(body, type, later) : usual;
    if (policy == null || wish.mode() == Mode.OFF || !body.faults().isEmpty()) {
      return null;
    }
    long ttl = wish.ttl() == null ? policy.ttlMillis() : wish.ttl().toMillis();
    return WorkKey.of(tenant, type, policy, payload, name -> contents.of(tenant, name))
        .map(
            key ->
                new CacheUse.Asks(
                    key,
                    policy.shared(),
                    wish.mode() == Mode.REFRESH,
                    ttl,
                    wish.maxAge() == null ? null : wish.maxAge().toMillis(),
                    wish.stale().toMillis()))
        .orElse(null);
  }

  private static Wish wish(Fields body, JobType type, boolean later) {
    JsonNode given = body.object().get(FIELD);
    if (given == null || !given.isObject()) {
      body.fault(FIELD, "cache must be an object, such as {\"mode\": \"use\"}");
      return Wish.OFF;
    }
    Fields fields = new Fields(given, body.pointer(FIELD), body.faults());
    fields.allow(FIELDS);
    Mode mode = mode(fields);
    if (mode != Mode.OFF && type.cache() == null) {
      body.fault(FIELD, "results of type " + type.name() + " are not kept: its handler says so");
    } else if (mode != Mode.OFF && later) {
      body.fault(FIELD, "a job with a delay or runAt runs for itself; leave cache out");
    }
    Optional<Duration> ttl = fields.duration("ttl", Duration.ofMillis(1), MOST);
    Optional<Duration> maxAge = fields.duration("maxAge", Duration.ZERO, MOST);
    Optional<Duration> stale = fields.duration("staleWhileRevalidate", Duration.ZERO, MOST_STALE);
    return new Wish(mode, ttl.orElse(null), maxAge.orElse(null), stale.orElse(Duration.ZERO));
  }

  private static Mode mode(Fields fields) {
    String text = fields.text("mode").orElse("use");
    return switch (text) {
      case "use" -> Mode.USE;
      case "refresh" -> Mode.REFRESH;
      case "off" -> Mode.OFF;
      default -> {
        fields.fault("mode", "mode must be use, refresh or off");
        yield Mode.OFF;
      }
    };
  }
}
