package io.millrace.api.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.api.control.RunLimits;
import io.millrace.model.Limits;
import io.millrace.model.RunLimit;
import io.millrace.model.RunLimit.Scope;
import io.millrace.store.LimitStore.Rate;
import io.millrace.store.LimitStore.Used;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Limits on what runs at once and on starts per interval; for operators alone. */
@RestController
@RequestMapping(path = "/v1/limits", produces = MediaType.APPLICATION_JSON_VALUE)
final class LimitController {
  static final int MAX_RUNNING = 1_000_000;
  static final int MAX_STARTS = 100_000;
  private static final Duration LONGEST = Duration.ofDays(1);
  private static final String ONE = "/{scope:tenants|types}/{subject}";
  private static final Pattern TENANT = Pattern.compile(Limits.TENANT_PATTERN);
  private static final Pattern TYPE = Pattern.compile(Limits.TYPE_PATTERN);

  private final RunLimits limits;

  LimitController(RunLimits limits) {
    this.limits = limits;
  }

  /** So many starts in any interval of {@code per}, an ISO 8601 duration. */
  record RateDocument(int starts, String per) {
    static @Nullable RateDocument of(RunLimit limit) {
      Integer starts = limit.rateStarts();
      Long per = limit.rateMillis();
      return starts == null || per == null
          ? null
          : new RateDocument(starts, Duration.ofMillis(per).toString());
    }
  }

  /**
   * A limit with what is taken of it.
   *
   * @param running jobs that run or are about to
   * @param started starts that count against the rate
   * @param nextStartMillis until a start is allowed, when the rate is used up
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record LimitDocument(
      String scope,
      String subject,
      @Nullable Integer maxRunning,
      @Nullable Integer running,
      @Nullable RateDocument rate,
      @Nullable Integer started,
      @Nullable Long nextStartMillis) {
    static LimitDocument of(Used used) {
      RunLimit limit = used.limit();
      RateDocument rate = RateDocument.of(limit);
      return new LimitDocument(
          limit.scope().name().toLowerCase(Locale.ROOT),
          limit.subject(),
          limit.maxRunning(),
          limit.maxRunning() == null ? null : used.running(),
          rate,
          rate == null ? null : used.started(),
          rate != null && used.started() >= rate.starts() ? used.nextFreeMillis() : null);
    }
  }

  /** All limits, tenants before types. */
  record LimitList(List<LimitDocument> limits) {}

  @GetMapping
  LimitList list(Caller caller) {
    caller.requireOperator();
    return new LimitList(limits.all().stream().map(LimitDocument::of).toList());
  }

  @GetMapping(ONE)
  LimitDocument one(
      @PathVariable("scope") String scope, @PathVariable("subject") String subject, Caller caller) {
    caller.requireOperator();
    return find(scope(scope), subject);
  }

  @PutMapping(ONE)
  LimitDocument put(
      @PathVariable("scope") String path,
      @PathVariable("subject") String subject,
      HttpServletRequest request,
      Caller caller)
      throws IOException {
    caller.requireOperator();
    Scope scope = scope(path);
    RequestFields fields = RequestFields.of(request, "maxRunning", "rate");
    if (!isSubject(scope, subject)) {
      throw ControlProblems.badSubject(scope, subject);
    }
    Integer maxRunning = fields.integer("maxRunning", 0, MAX_RUNNING);
    Rate rate = rate(fields);
    if (scope == Scope.TENANT && fields.has("rate")) {
      fields.wrong("rate", "only types have a rate; limit a tenant by maxRunning");
    } else if (!fields.has("maxRunning") && !fields.has("rate")) {
      fields.wrong("maxRunning", "give maxRunning, rate or both; DELETE lifts the limit");
    }
    fields.check();
    limits.put(scope, subject, maxRunning, rate);
    return find(scope, subject);
  }

  @DeleteMapping(ONE)
  ResponseEntity<Void> delete(
      @PathVariable("scope") String path, @PathVariable("subject") String subject, Caller caller) {
    caller.requireOperator();
    Scope scope = scope(path);
    if (!limits.delete(scope, subject)) {
      throw ControlProblems.noLimit(scope, subject);
    }
    return ResponseEntity.noContent().build();
  }

  private LimitDocument find(Scope scope, String subject) {
    return limits.all().stream()
        .filter(used -> used.limit().scope() == scope && used.limit().subject().equals(subject))
        .findFirst()
        .map(LimitDocument::of)
        .orElseThrow(() -> ControlProblems.noLimit(scope, subject));
  }

  private static @Nullable Rate rate(RequestFields fields) {
    RequestFields rate = fields.object("rate", "starts", "per");
    if (rate == null) {
      return null;
    }
    Integer starts = rate.integer("starts", 1, MAX_STARTS);
    Duration per = rate.duration("per", Duration.ofMillis(1), LONGEST);
    if (!rate.has("starts")) {
      rate.wrong("starts", "starts is missing: how many jobs may start in each interval");
    }
    if (!rate.has("per")) {
      rate.wrong("per", "per is missing: the interval, such as 1s or PT1M");
    }
    return starts == null || per == null ? null : new Rate(starts, per);
  }

  private static Scope scope(String path) {
    return path.equals("tenants") ? Scope.TENANT : Scope.TYPE;
  }

  private static boolean isSubject(Scope scope, String subject) {
    return scope == Scope.TENANT
        ? TENANT.matcher(subject).matches()
        : subject.length() <= Limits.MAX_TYPE_CHARS && TYPE.matcher(subject).matches();
  }
}
