package io.millrace.workers.boot;

import io.millrace.boot.Checked;
import io.millrace.store.RetentionStore.Keep;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code millrace.retention.*}: how long jobs are kept after their end, with their results, history
 * and log lines.
 *
 * @param succeeded also for CANCELLED and SKIPPED, 1 h to 10 years
 * @param failed also their dead letters, 1 h to 10 years
 * @param versions of workflows, after the last start of a run with them, 1 h to 10 years
 */
@ConfigurationProperties("millrace.retention")
record RetentionProperties(
    @DefaultValue("7d") Duration succeeded,
    @DefaultValue("30d") Duration failed,
    @DefaultValue("90d") Duration versions) {
  private static final Duration LEAST = Duration.ofHours(1);
  private static final Duration MOST = Duration.ofDays(3_653);

  RetentionProperties {
    check("millrace.retention.succeeded", succeeded);
    check("millrace.retention.failed", failed);
    check("millrace.retention.versions", versions);
  }

  private static void check(String key, Duration value) {
    Checked.range(
        key,
        value,
        LEAST,
        MOST,
        "callers must have time to read a result, and every day kept is a partition of six tables");
  }

  Keep keep() {
    return new Keep(succeeded, failed);
  }
}
