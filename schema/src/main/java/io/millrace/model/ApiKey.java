package io.millrace.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An API key as it is kept: all but its secret.
 *
 * @param id names the key to people; no secret
 * @param tenant whom its holder acts for
 * @param name what people call it, 1 to {@value #MAX_NAME_CHARS} characters
 * @param secretHash SHA-256 of the secret, in lower-case hex
 * @param revokedAt since when it is worth nothing, or null
 */
public record ApiKey(
    String id,
    String tenant,
    String name,
    Role role,
    String secretHash,
    Instant createdAt,
    @Nullable Instant revokedAt) {
  /** Longest name. */
  public static final int MAX_NAME_CHARS = 100;

  /** What a key's holder may do. */
  public enum Role {
    /** Everything with the tenant's own jobs and datasets. */
    TENANT,
    /** The same, and what concerns all tenants: limits, workers, jobs parked for a decision. */
    OPERATOR
  }

  /** Whether it opens anything. */
  public boolean isLive() {
    return revokedAt == null;
  }
}
