package io.millrace.api.admission;

import io.millrace.document.FieldError;
import io.millrace.document.Names;
import io.millrace.document.NearName;
import io.millrace.model.CatchUp;
import io.millrace.model.Limits;
import io.millrace.model.Overlap;
import io.millrace.model.ScheduleWork;
import io.millrace.model.Timing;
import io.millrace.schedule.JobTemplate;
import io.millrace.store.ScheduleStore.Draft;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Turns a request into what a schedule may be, or says everything that is wrong with it. The job is
 * checked like a submission, the run like a start, now; at each firing the worker checks it once
 * more.
 */
public final class ScheduleAdmission {
  private static final Set<String> FIELDS =
      Set.of("cron", "every", "zone", "job", "run", "overlap", "catchUp", "paused");
  private static final Set<String> CATCH_UP_FIELDS = Set.of("policy", "most");
  private static final int DEFAULT_MOST = 100;

  private final Admission jobs;
  private final RunCheck runs;

  public ScheduleAdmission(Admission jobs, RunCheck runs) {
    this.jobs = jobs;
    this.runs = runs;
  }

  /**
   * Checks a request.
   *
   * @throws RefusedException listing what is wrong
   */
  public Draft admit(JsonNode body, String tenant) throws RefusedException, SQLException {
    List<FieldError> faults = new ArrayList<>();
    if (!body.isObject()) {
      faults.add(new FieldError("#", "the body must be a JSON object"));
      throw new RefusedException(faults);
    }
    unknown(body, "#", FIELDS, faults);
    Timing timing = TimingReader.read(body, faults);
    Overlap overlap = choice(body, "#", "overlap", Overlap.values(), Overlap.SKIP, faults);
    CatchUpChoice catchUp = catchUp(body, faults);
    boolean paused = flag(body, "paused", faults);
    Optional<ScheduleWork> work = work(body, tenant, faults);
    if (timing == null || work.isEmpty() || !faults.isEmpty()) {
      throw new RefusedException(faults);
    }
    return new Draft(timing, work.get(), overlap, catchUp.policy, catchUp.most, paused);
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

  private Optional<ScheduleWork> work(JsonNode body, String tenant, List<FieldError> faults)
      throws SQLException {
    JsonNode job = body.get("job");
    JsonNode run = body.get("run");
    if (job != null && run != null) {
      faults.add(new FieldError("#/run", "job and run contradict each other; give one of them"));
      return Optional.empty();
    }
    if (run != null) {
      return runs.check(run, tenant, faults);
    }
    if (job == null) {
      faults.add(
          new FieldError(
              "#/job", "job is missing; it is the submission to make, or run the run to start"));
      return Optional.empty();
    }
    return job(job, tenant, faults);
  }

  private Optional<ScheduleWork> job(JsonNode job, String tenant, List<FieldError> faults) {
    if (!(job instanceof ObjectNode given)) {
      faults.add(
          new FieldError("#/job", "job must be an object, a submission as POST /v1/jobs takes it"));
      return Optional.empty();
    }
    ObjectNode checked = given.deepCopy();
    without(checked, "runAt", "the schedule says when; delay puts each start off", faults);
    without(checked, "deadline", "one moment cannot hold for every run; use timeout", faults);
    without(checked, "cache", "each instant runs a job of its own", faults);
    without(checked, "parent", "one job cannot be the parent of every run", faults);
    try {
      JobTemplate template = JobTemplate.of(checked, jobs.admit(checked, tenant, null));
      return Optional.of(new ScheduleWork.Job(template.encode()));
    } catch (RefusedException e) {
      e.errors()
          .forEach(
              error ->
                  faults.add(
                      new FieldError("#/job" + error.pointer().substring(1), error.detail())));
      return Optional.empty();
    }
  }

  private static void without(ObjectNode job, String field, String why, List<FieldError> faults) {
    if (job.remove(field) != null) {
      faults.add(new FieldError("#/job/" + field, field + " has no meaning in a schedule: " + why));
    }
  }
}
