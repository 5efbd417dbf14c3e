package io.millrace.api.admission;

import io.millrace.document.Faults;
import io.millrace.document.Fields;
import io.millrace.document.NearName;
import io.millrace.document.PriorityReader;
import io.millrace.document.RetryReader;
import io.millrace.document.RetryReader.Attempts;
import io.millrace.model.CacheUse;
import io.millrace.model.JobOptions;
import io.millrace.model.JobType;
import io.millrace.model.Limits;
import io.millrace.model.NewJob;
import io.millrace.model.Priority;
import io.millrace.runtime.Ids;
import io.millrace.runtime.Time;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Turns a submission into a job that may be stored, or says everything that is wrong with it.
 * Thread-safe.
 */
public final class Admission {
  private static final Set<String> FIELDS =
      Stream.concat(
              Stream.of(
                  "type",
                  "payload",
                  "priority",
                  "pool",
                  "timeout",
                  "maxAttempts",
                  CacheReader.FIELD),
              JobOptionsReader.FIELDS.stream())
          .collect(Collectors.toUnmodifiableSet());
  private static final Duration MIN_TIMEOUT = Duration.ofMillis(1);
  private static final Duration MAX_TIMEOUT = Duration.ofMillis(Limits.MAX_TIMEOUT_MILLIS);

  private final KnownTypes types;
  private final PayloadValidator payloads;
  private final Ids ids;
  private final Time time;
  private final CacheReader cache;

  /**
   * Makes an admission.
   *
   * @param contents of the datasets that payloads name
   */
  public Admission(
      KnownTypes types, PayloadValidator payloads, Ids ids, Time time, ContentHashes contents) {
    this.cache = new CacheReader(contents);
    this.types = types;
    this.payloads = payloads;
    this.ids = ids;
    this.time = time;
  }

  /**
   * Checks a submission.
   *
   * @param body the request's JSON, see {@link RequestJson}
   * @param traceparent the submitter's trace context, or null
   * @throws RefusedException listing what is wrong
   */
  public NewJob admit(JsonNode body, String tenant, @Nullable String traceparent)
      throws RefusedException {
    Faults faults = new Faults();
    if (!body.isObject()) {
      faults.add("#", "the body must be a JSON object");
      throw new RefusedException(faults.all());
    }
    Fields fields = new Fields(body, "#", faults);
    fields.allow(FIELDS);
    Optional<JobType> type = type(fields);
    Priority priority = PriorityReader.read(fields).orElse(Priority.NORMAL);
    Optional<String> pool = pool(fields);
    Optional<Duration> timeout = fields.duration("timeout", MIN_TIMEOUT, MAX_TIMEOUT);
    Attempts attempts = RetryReader.read(fields, type.orElse(null));
    JobOptions options = JobOptionsReader.read(fields, time.now(), timeout, attempts.policy());
    JsonNode given = body.get("payload");
    JsonNode payload = given == null ? JsonNodeFactory.instance.objectNode() : given;
    type.ifPresent(t -> faults.addAll(payloads.validate(t.payloadSchema(), payload)));
    CacheUse use = type.map(t -> cache.read(fields, t, tenant, payload, options)).orElse(null);
    if (type.isEmpty() || !faults.isEmpty()) {
      throw new RefusedException(faults.all());
    }
    JobType known = type.get();
    return new NewJob(
        ids.next(),
        tenant,
        known.name(),
        pool.orElse(known.pool()),
        priority,
        attempts.maxAttempts(),
        timeout.map(Duration::toMillis).orElse(known.timeoutMillis()),
        payload.toString(),
        traceparent,
        use == null ? options : options.with(use));
  }

  private Optional<JobType> type(Fields body) {
    Optional<String> name = body.text("type");
    if (name.isEmpty()) {
      if (!body.has("type")) {
        body.fault("type", "type is missing; it names what to run (" + known() + ")");
      }
      return Optional.empty();
    }
    Optional<JobType> found = types.find(name.get());
    if (found.isEmpty()) {
      String hint =
          NearName.of(name.get(), types.names()).map(n -> "; did you mean " + n + "?").orElse("");
      body.fault("type", "no worker has announced this type" + hint + " (" + known() + ")");
    }
    return found;
  }

  private String known() {
    return types.names().isEmpty()
        ? "no worker has announced any type yet: is one running?"
        : "known are " + types.names().stream().sorted().collect(Collectors.joining(", "));
  }

  /** A pool nobody has ever served has no topic, and a job in it would wait unseen. */
  private Optional<String> pool(Fields body) {
    Optional<String> pool = body.text("pool");
    if (pool.isPresent() && !types.hasPool(pool.get())) {
      String served = types.pools().stream().sorted().collect(Collectors.joining(", "));
      body.fault("pool", "no worker serves a pool of this name; known are " + served);
    }
    return pool;
  }
}
