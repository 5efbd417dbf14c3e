package io.millrace.api.http;

import io.millrace.api.intake.KeptResults;
import io.millrace.cache.ResultCounts;
import io.millrace.cache.ResultTiers;
import io.millrace.document.FieldError;
import io.millrace.model.ApiKey;
import io.millrace.model.Limits;
import io.millrace.store.CacheUpkeepStore;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Kept results: what they did in this process, and making an end of some. */
@RestController
@RequestMapping(path = "/v1/cache", produces = MediaType.APPLICATION_JSON_VALUE)
final class CacheController {
  private static final Pattern TYPE = Pattern.compile(Limits.TYPE_PATTERN);
  private static final Pattern TENANT = Pattern.compile(Limits.TENANT_PATTERN);

  private final KeptResults results;
  private final ResultTiers tiers;
  private final ResultCounts counts;

  CacheController(KeptResults results, ResultTiers tiers, ResultCounts counts) {
    this.results = results;
    this.tiers = tiers;
    this.counts = counts;
  }

  /**
   * What there is since the process started.
   *
   * @param counts by name, type and tier; those that have no type or tier have an empty one
   */
  record StatsDocument(
      long inMemory, double falsePositives, Map<String, Map<String, Map<String, Double>>> counts) {}

  /** How many results were kept that are no more. */
  record InvalidatedDocument(int invalidated) {}

  @GetMapping("/stats")
  StatsDocument stats(Caller caller) {
    caller.requireOperator();
    return new StatsDocument(tiers.inMemory(), tiers.falsePositives(), counts.all());
  }

  /** A tenant makes an end of its own results; an operator of those of one tenant, or of all. */
  @DeleteMapping
  InvalidatedDocument invalidate(
      @RequestParam(name = "type", required = false) @Nullable String type,
      @RequestParam(name = "key", required = false) @Nullable String key,
      @RequestParam(name = "tenant", required = false) @Nullable String tenant,
      Caller caller) {
    if (type != null && !TYPE.matcher(type).matches()) {
      throw badQuery("type", "it must match " + Limits.TYPE_PATTERN);
    }
    if (key != null && !CacheUpkeepStore.isKey(key)) {
      throw badQuery("key", "it must be 64 hexadecimal digits");
    }
    if (tenant != null && !TENANT.matcher(tenant).matches()) {
      throw badQuery("tenant", "it must match " + Limits.TENANT_PATTERN);
    }
    boolean operator = caller.role() == ApiKey.Role.OPERATOR;
    if (tenant != null && !tenant.equals(caller.tenant())) {
      caller.requireOperator();
    }
    if (type == null && key == null && tenant == null && !operator) {
      throw badQuery("type", "say what: type, key or tenant");
    }
    String whose = operator ? tenant : caller.tenant();
    try {
      String hex = key == null ? null : key.toLowerCase(Locale.ROOT);
      return new InvalidatedDocument(results.invalidate(whose, type, hex));
    } catch (SQLException e) {
      throw Problems.databaseDown();
    }
  }

  private static ProblemException badQuery(String name, String detail) {
    return ControlProblems.badQuery(List.of(new FieldError("?" + name, detail)));
  }
}
