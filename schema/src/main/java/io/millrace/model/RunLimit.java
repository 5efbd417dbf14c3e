package io.millrace.model;

import org.jspecify.annotations.Nullable;

/**
 * A limit on the jobs of one tenant or one type; at least one of the two kinds is set.
 *
 * @param id its number in the database
 * @param maxRunning most jobs at once, 0 or more; null for no such limit
 * @param rateStarts most starts in any interval of {@code rateMillis}, of a type only; null for no
 *     such limit
 */
public record RunLimit(
    int id,
    Scope scope,
    String subject,
    @Nullable Integer maxRunning,
    @Nullable Integer rateStarts,
    @Nullable Long rateMillis) {
  /** Whose jobs it counts. */
  public enum Scope {
    TENANT,
    TYPE
  }

  /** Whether it applies to a job of this tenant and type. */
  public boolean appliesTo(String tenant, String type) {
    return subject.equals(scope == Scope.TENANT ? tenant : type);
  }
}
