package io.millrace.api.admission;

import io.millrace.document.Fields;
import io.millrace.document.RetryReader;
import io.millrace.model.JobOptions;
import io.millrace.model.RetryPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what only some submissions ask for. */
final class JobOptionsReader {
  static final Set<String> FIELDS =
      Set.of(
          "delay", "runAt", "deadline", "queueTimeout", "heartbeat", "retry", "labels", "parent");

  private static final Pattern UUID_FORM =
      Pattern.compile("[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}");

  private JobOptionsReader() {}

  /**
   * Reads them all.
   *
   * @param retry the policy of {@link RetryReader}
   * @param timeout the submission's own, empty for the type's
   */
  static JobOptions read(
      Fields body, Instant now, Optional<Duration> timeout, @Nullable RetryPolicy retry) {
    TimesReader.Times times = TimesReader.read(body, now, timeout);
    return new JobOptions(
        times.runAt(),
        times.delayMillis(),
        times.deadline(),
        times.queueTimeoutMillis(),
        times.heartbeatMillis(),
        retry,
        LabelsReader.read(body),
        parent(body),
        null,
        null);
  }

  private static @Nullable UUID parent(Fields body) {
    Optional<String> id = body.text("parent");
    if (id.isEmpty()) {
      return null;
    }
    if (!UUID_FORM.matcher(id.get()).matches()) {
      body.fault("parent", "parent must be the id of a job, a UUID");
      return null;
    }
    return UUID.fromString(id.get());
  }
}
