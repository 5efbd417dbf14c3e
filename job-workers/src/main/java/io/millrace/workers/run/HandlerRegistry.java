package io.millrace.workers.run;

import io.millrace.model.JobType;
import io.millrace.model.Limits;
import io.millrace.model.RetryPolicy;
import io.millrace.model.Workload;
import io.millrace.workers.handler.JobContext;
import io.millrace.workers.handler.JobHandler;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectReader;

/** The handlers of this worker by type, each with the reader of its payload. Immutable. */
public final class HandlerRegistry {
  private final Map<String, Bound<?>> bound = new TreeMap<>();

  /**
   * Takes handlers on.
   *
   * @throws IllegalArgumentException when two share a type, or a type's name, timeout or heartbeat
   *     is outside its limits
   */
  public HandlerRegistry(List<? extends JobHandler<?>> handlers) {
    for (JobHandler<?> handler : handlers) {
      check(handler);
      if (bound.put(handler.type(), bind(handler)) != null) {
        throw new IllegalArgumentException("two handlers for job type " + handler.type());
      }
    }
  }

  /** What this worker tells the catalogue. */
  public List<JobType> types() {
    return bound.values().stream().map(Bound::describe).toList();
  }

  @Nullable Bound<?> find(String type) {
    return bound.get(type);
  }

  /** Whether it has a handler for the type, one that needs no core. */
  public boolean isOfIo(String type) {
    Bound<?> found = bound.get(type);
    return found != null && !found.cpuBound();
  }

  private static <P extends Record> Bound<P> bind(JobHandler<P> handler) {
    return new Bound<>(
        handler, JobJson.STRICT.readerFor(handler.payloadType()), handler.retryPolicy());
  }

  private static void check(JobHandler<?> handler) {
    String type = handler.type();
    if (!type.matches(Limits.TYPE_PATTERN) || type.length() > Limits.MAX_TYPE_CHARS) {
      throw new IllegalArgumentException(
          "job type \"%s\" must match %s and have at most %d characters"
              .formatted(type, Limits.TYPE_PATTERN, Limits.MAX_TYPE_CHARS));
    }
    if (!handler.pool().matches(Limits.POOL_PATTERN)) {
      throw new IllegalArgumentException(
          "pool \"%s\" of job type %s must match %s"
              .formatted(handler.pool(), type, Limits.POOL_PATTERN));
    }
    checkTime("timeout", type, handler.timeout());
    Duration heartbeat = handler.heartbeat();
    if (heartbeat != null) {
      checkTime("heartbeat", type, heartbeat);
    }
  }

  private static void checkTime(String what, String type, Duration time) {
    long millis = time.toMillis();
    if (millis < 1 || millis > Limits.MAX_TIMEOUT_MILLIS) {
      throw new IllegalArgumentException(
          "%s of job type %s is %s; it must be more than zero and at most 7 days"
              .formatted(what, type, time));
    }
  }

  /** A handler ready to be called with JSON text. */
  record Bound<P extends Record>(JobHandler<P> handler, ObjectReader reader, RetryPolicy policy) {
    /** Calls the handler and writes its result as JSON. */
    String call(String payload, JobContext context) throws Exception {
      P value;
      try {
        value = reader.readValue(payload);
      } catch (JacksonException e) {
        throw new PayloadMismatchException(e.getOriginalMessage(), e);
      }
      return JobJson.STRICT.writeValueAsString(handler.run(value, context));
    }

    boolean cpuBound() {
      return handler.workload() == Workload.CPU;
    }

    JobType describe() {
      return new JobType(
          handler.type(),
          handler.version(),
          handler.workload(),
          handler.pool(),
          policy.maxAttempts(),
          handler.timeout().toMillis(),
          handler.payloadSchema(),
          handler.onWorkerDeath(),
          handler.heartbeat() == null ? null : handler.heartbeat().toMillis(),
          policy.encode(),
          handler.cache());
    }
  }

  /** The payload passed the schema and yet does not fit the handler's record. */
  static final class PayloadMismatchException extends Exception {
    private final String why;

    PayloadMismatchException(String why, Throwable cause) {
      super(why, cause);
      this.why = why;
    }

    String why() {
      return why;
    }
  }
}
