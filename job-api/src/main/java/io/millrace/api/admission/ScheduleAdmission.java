package io.millrace.api.admission;

import io.millrace.document.Durations;
import io.millrace.document.FieldError;
import io.millrace.document.Names;
import io.millrace.document.NearName;
import io.millrace.model.CatchUp;
import io.millrace.model.Limits;
import io.millrace.model.Overlap;
import io.millrace.model.Timing;
import io.millrace.schedule.BadTimingException;
import io.millrace.schedule.CronTimes;
import io.millrace.schedule.JobTemplate;
import io.millrace.store.ScheduleStore.Draft;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Turns a request into what a schedule may be, or says everything that is wrong with it. The job is
 * checked like a submission, now; at each firing the worker checks it once more.
 */
public final class ScheduleAdmission {
  private static final Set<String> FIELDS =
      Set.of("cron", "every", "zone", "job", "overlap", "catchUp", "paused");
  private static final Set<String> CATCH_UP_FIELDS = Set.of("policy", "most");
  private static final int DEFAULT_MOST = 100;
  private static final int MAX_CRON_CHARS = 200;
  private static final Duration LEAST = Duration.ofSeconds(1);
  private static final Duration MOST = Duration.ofMillis(Limits.MAX_AHEAD_MILLIS);

  private final Admission jobs;

  public ScheduleAdmission(Admission jobs) {
    this.jobs = jobs;
  }

  /**
   * Checks a request.
   *
   * @throws RefusedException listing what is wrong
   */
  public Draft admit(JsonNode body, String tenant) throws RefusedException {
    List<FieldError> faults = new ArrayList<>();
    if (!body.isObject()) {
      faults.add(new FieldError("#", "the body must be a JSON object"));
      throw new RefusedException(faults);
    }
    unknown(body, "#", FIELDS, faults);
    Timing timing = timing(body, faults);
    Overlap overlap = choice(body, "#", "overlap", Overlap.values(), Overlap.SKIP, faults);
    CatchUpChoice catchUp = catchUp(body, faults);
    boolean paused = flag(body, "paused", faults);
    String template = template(body, tenant, faults);
    if (timing == null || template == null || !faults.isEmpty()) {
      throw new RefusedException(faults);
    }
    return new Draft(timing, template, overlap, catchUp.policy, catchUp.most, paused);
  }

  private static void unknown(
      JsonNode object, String at, Set<String> names, List<FieldError> faults) {
    for (String name : object.propertyNames()) {
      if (!names.contains(name)) {
        String hint = NearName.of(name, names).map(n -> "; did you mean " + n + "?").orElse("");
        faults.add(
            new FieldError(
                at + "/" + Names.escaped(name), "there is no field of this name" + hint));
      }
    }
  }

  private static @Nullable Timing timing(JsonNode body, List<FieldError> faults) {
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

  private record CatchUpChoice(CatchUp policy, int most) {}

  private static CatchUpChoice catchUp(JsonNode body, List<FieldError> faults) {
    CatchUpChoice usual = new CatchUpChoice(CatchUp.LAST, DEFAULT_MOST);
    JsonNode given = body.get("catchUp");
    if (given == null) {
      return usual;
    }
    if (!given.isObject()) {
      faults.add(new FieldError("#/catchUp", "catchUp must be an object with policy and most"));
      return usual;
    }
    unknown(given, "#/catchUp", CATCH_UP_FIELDS, faults);
    CatchUp policy = choice(given, "#/catchUp", "policy", CatchUp.values(), CatchUp.LAST, faults);
    JsonNode most = given.get("most");
    if (most == null) {
      return new CatchUpChoice(policy, DEFAULT_MOST);
    }
    if (!most.isIntegralNumber()
        || !most.canConvertToInt()
        || most.intValue() < 1
        || most.intValue() > Limits.MAX_CATCH_UP) {
      faults.add(
          new FieldError("#/catchUp/most", "most must be an integer, 1 to " + Limits.MAX_CATCH_UP));
      return usual;
    }
    if (policy != CatchUp.ALL) {
      faults.add(new FieldError("#/catchUp/most", "most has a meaning only with the policy all"));
    }
    return new CatchUpChoice(policy, most.intValue());
  }

  /** A word of a closed set, in lower case with hyphens. */
  private static <E extends Enum<E>> E choice(
      JsonNode object, String at, String field, E[] values, E usual, List<FieldError> faults) {
    JsonNode given = object.get(field);
    if (given == null) {
      return usual;
    }
    for (E value : values) {
      if (given.isString() && word(value).equals(given.stringValue())) {
        return value;
      }
    }
    faults.add(
        new FieldError(
            at + "/" + field,
            field
                + " must be one of "
                + Arrays.stream(values)
                    .map(ScheduleAdmission::word)
                    .collect(Collectors.joining(", "))));
    return usual;
  }

  /** How a choice is written in JSON. */
  public static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static boolean flag(JsonNode body, String field, List<FieldError> faults) {
    JsonNode given = body.get(field);
    if (given != null && !given.isBoolean()) {
      faults.add(new FieldError("#/" + field, field + " must be true or false"));
      return false;
    }
    return given != null && given.booleanValue();
  }

  private @Nullable String template(JsonNode body, String tenant, List<FieldError> faults) {
    JsonNode job = body.get("job");
    if (!(job instanceof ObjectNode given)) {
      faults.add(
          new FieldError(
              "#/job",
              job == null
                  ? "job is missing; it is the submission to make"
                  : "job must be an object, a submission as POST /v1/jobs takes it"));
      return null;
    }
    ObjectNode checked = given.deepCopy();
    without(checked, "runAt", "the schedule says when; delay puts each start off", faults);
    without(checked, "deadline", "one moment cannot hold for every run; use timeout", faults);
    without(checked, "cache", "each instant runs a job of its own", faults);
    without(checked, "parent", "one job cannot be the parent of every run", faults);
    try {
      return JobTemplate.of(checked, jobs.admit(checked, tenant, null)).encode();
    } catch (RefusedException e) {
      e.errors()
          .forEach(
              error ->
                  faults.add(
                      new FieldError("#/job" + error.pointer().substring(1), error.detail())));
      return null;
    }
  }

  private static void without(ObjectNode job, String field, String why, List<FieldError> faults) {
    if (job.remove(field) != null) {
      faults.add(new FieldError("#/job/" + field, field + " has no meaning in a schedule: " + why));
    }
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
