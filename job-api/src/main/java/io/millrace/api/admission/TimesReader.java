package io.millrace.api.admission;

import io.millrace.document.Durations;
import io.millrace.document.Fields;
import io.millrace.model.Limits;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads when a job may start, how long it may wait and when it must have ended. */
final class TimesReader {
  private static final Duration LEAST = Duration.ofMillis(1);
  private static final Duration LEAST_HEARTBEAT = Duration.ofMillis(100);
  private static final Duration MOST = Duration.ofMillis(Limits.MAX_AHEAD_MILLIS);
  private static final Duration MAX_TIMEOUT = Duration.ofMillis(Limits.MAX_TIMEOUT_MILLIS);

  private TimesReader() {}

  /** At most one of {@code runAt} and {@code delay} is set. */
  record Times(
      @Nullable Instant runAt,
      @Nullable Long delayMillis,
      @Nullable Instant deadline,
      @Nullable Long queueTimeoutMillis,
      @Nullable Long heartbeatMillis) {}

  /**
   * Reads them and names what contradicts.
   *
   * @param timeout the submission's own, empty for the type's
   */
  static Times read(Fields body, Instant now, Optional<Duration> timeout) {
    Optional<Duration> delay = body.duration("delay", Duration.ZERO, MOST);
    Optional<Instant> runAt = runAt(body, now);
    Optional<Instant> deadline = deadline(body, now);
    Optional<Duration> queueTimeout = body.duration("queueTimeout", LEAST, MOST);
    Optional<Duration> heartbeat = body.duration("heartbeat", LEAST_HEARTBEAT, MAX_TIMEOUT);
    if (body.has("delay") && body.has("runAt")) {
      body.fault("runAt", "runAt and delay both say when to start; give one of them");
    } else {
      Instant start = runAt.filter(now::isBefore).orElse(now.plus(delay.orElse(Duration.ZERO)));
      deadline.ifPresent(end -> fits(body, start, end, queueTimeout));
    }
    if (heartbeat.isPresent()
        && timeout.isPresent()
        && heartbeat.get().compareTo(timeout.get()) > 0) {
      body.fault("heartbeat", "heartbeat is longer than timeout, so it would never matter");
    }
    return new Times(
        runAt.orElse(null),
        millis(delay),
        deadline.orElse(null),
        millis(queueTimeout),
        millis(heartbeat));
  }

  /** A time that has passed means at once. */
  private static Optional<Instant> runAt(Fields body, Instant now) {
    Optional<Instant> runAt = body.instant("runAt");
    if (runAt.isPresent()
        && (runAt.get().isBefore(now.minus(MOST)) || runAt.get().isAfter(now.plus(MOST)))) {
      body.fault("runAt", "runAt must be within " + Durations.show(MOST) + " of now");
      return Optional.empty();
    }
    return runAt;
  }

  /** A time, or a duration from now. */
  private static Optional<Instant> deadline(Fields body, Instant now) {
    Optional<String> text = body.text("deadline");
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Optional<Duration> after = Durations.parse(text.get());
    if (after.isPresent()) {
      return body.duration("deadline", LEAST, MOST).map(now::plus);
    }
    Optional<Instant> deadline = Fields.parse(text.get());
    if (deadline.isEmpty()) {
      body.fault(
          "deadline",
          "deadline must be a time with its offset, such as 2030-01-31T08:00:00+01:00,"
              + " or a duration such as 2h");
    } else if (!deadline.get().isAfter(now)) {
      body.fault("deadline", "deadline has passed");
      return Optional.empty();
    } else if (deadline.get().isAfter(now.plus(MOST))) {
      body.fault("deadline", "deadline must be at most " + Durations.show(MOST) + " from now");
      return Optional.empty();
    }
    return deadline;
  }

  private static void fits(
      Fields body, Instant start, Instant deadline, Optional<Duration> queueTimeout) {
    if (!deadline.isAfter(start)) {
      body.fault(
          "deadline",
          body.has("runAt")
              ? "deadline must be later than runAt"
              : "deadline must be later than the end of delay");
    } else if (queueTimeout.isPresent() && start.plus(queueTimeout.get()).isAfter(deadline)) {
      body.fault("queueTimeout", "queueTimeout ends after deadline, so it would never matter");
    }
  }

  private static @Nullable Long millis(Optional<Duration> duration) {
    return duration.map(Duration::toMillis).orElse(null);
  }
}
