package io.millrace.api.admission;

import io.millrace.document.Durations;
import io.millrace.document.FieldError;
import io.millrace.model.Limits;
import io.millrace.model.Timing;
import io.millrace.schedule.BadTimingException;
import io.millrace.schedule.CronTimes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads when a schedule fires. */
final class TimingReader {
  private static final int MAX_CRON_CHARS = 200;
  private static final Duration LEAST = Duration.ofSeconds(1);
  private static final Duration MOST = Duration.ofMillis(Limits.MAX_AHEAD_MILLIS);

  private TimingReader() {}

  /** The timing; null when something is wrong with it. */
  static @Nullable Timing read(JsonNode body, List<FieldError> faults) {
    boolean cron = body.has("cron");
    if (cron && body.has("every")) {
      faults.add(
          new FieldError("#/every", "cron and every contradict each other; give one of them"));
      return null;
    }
    if (!cron && !body.has("every")) {
      faults.add(new FieldError("#/cron", "cron or every is missing; one says when to fire"));
      return null;
    }
    return cron ? cron(body, faults) : every(body, faults);
  }

  private static @Nullable Timing cron(JsonNode body, List<FieldError> faults) {
    Optional<String> expression = text(body, "cron", faults);
    Optional<String> zone = text(body, "zone", faults);
    if (expression.isEmpty() || (body.has("zone") && zone.isEmpty())) {
      return null;
    }
    if (expression.get().length() > MAX_CRON_CHARS) {
      faults.add(
          new FieldError("#/cron", "cron must be at most " + MAX_CRON_CHARS + " characters long"));
      return null;
    }
    String cron = expression.get().strip().replaceAll("\\s+", " ");
    try {
      CronTimes.of(cron, zone.orElse("UTC"));
      return new Timing.Cron(cron, zone.orElse("UTC"));
    } catch (BadTimingException e) {
      String pointer = e.field() == BadTimingException.Field.ZONE ? "#/zone" : "#/cron";
      faults.add(new FieldError(pointer, String.valueOf(e.getMessage())));
      return null;
    }
  }

  private static @Nullable Timing every(JsonNode body, List<FieldError> faults) {
    if (body.has("zone")) {
      faults.add(
          new FieldError(
              "#/zone", "zone has no meaning with every, which counts real time; leave it out"));
    }
    Optional<String> text = text(body, "every", faults);
    if (text.isEmpty()) {
      return null;
    }
    Optional<Duration> every = Durations.parse(text.get());
    if (every.isEmpty()) {
      faults.add(new FieldError("#/every", "every must be a duration such as 90s, 10m or PT1H30M"));
      return null;
    }
    if (every.get().compareTo(LEAST) < 0 || every.get().compareTo(MOST) > 0) {
      faults.add(new FieldError("#/every", "every must be 1s to " + MOST.toDays() + "d"));
      return null;
    }
    return new Timing.Every(every.get().toMillis());
  }

  private static Optional<String> text(JsonNode body, String field, List<FieldError> faults) {
    JsonNode node = body.get(field);
    if (node == null) {
      return Optional.empty();
    }
    if (!node.isString()) {
      faults.add(new FieldError("#/" + field, field + " must be a string"));
      return Optional.empty();
    }
    return Optional.of(node.stringValue());
  }
}
