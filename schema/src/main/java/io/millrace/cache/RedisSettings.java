package io.millrace.cache;

import java.net.URI;
import java.time.Duration;

/**
 * How to reach Redis and what to keep there.
 *
 * @param uri {@code redis://} or {@code rediss://} with a host; may carry user, password and
 *     database
 * @param timeout of connecting, of waiting for a free connection and of each answer
 * @param ttl time to live of a value, spread by 10 % either way
 * @param maxValueBytes larger values are not kept
 * @param maxConnections most connections of this process, at least 2
 */
public record RedisSettings(
    URI uri, Duration timeout, Duration ttl, int maxValueBytes, int maxConnections) {
  /** Without the URI, which may hold a password. */
  @Override
  public String toString() {
    return "RedisSettings[host=%s, timeout=%s, ttl=%s, maxValueBytes=%d, maxConnections=%d]"
        .formatted(uri.getHost(), timeout, ttl, maxValueBytes, maxConnections);
  }
}
