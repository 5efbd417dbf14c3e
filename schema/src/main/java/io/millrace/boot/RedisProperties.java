package io.millrace.boot;

import io.millrace.cache.RedisSettings;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * {@code millrace.redis.*}: the cache of finished jobs.
 *
 * @param uri {@code redis[s]://[user:password@]host[:port][/database]}; empty for no cache
 * @param timeout of connecting and of each answer, 5 ms to 1 s
 * @param ttl how long a finished job is kept, give or take 10 %, 1 s to 24 h
 * @param maxValue largest status or result kept, 1 KB to 1 MB
 * @param maxConnections most connections of this process, 2 to 100
 */
@ConfigurationProperties("millrace.redis")
public record RedisProperties(
    @DefaultValue("") String uri,
    @DefaultValue("50ms") Duration timeout,
    @DefaultValue("300s") Duration ttl,
    @DefaultValue("256KB") DataSize maxValue,
    @DefaultValue("10") int maxConnections) {
  private static final String URI_FORM = "redis[s]://[user:password@]host[:port][/database]";

  public RedisProperties {
    if (!uri.isBlank()) {
      parse(uri);
    }
    Checked.range(
        "millrace.redis.timeout",
        timeout,
        Duration.ofMillis(5),
        Duration.ofSeconds(1),
        "a request waits that long before it asks PostgreSQL");
    Checked.range(
        "millrace.redis.ttl",
        ttl,
        Duration.ofSeconds(1),
        Duration.ofHours(24),
        "a job that retention has deleted is shown that much longer");
    if (maxValue.compareTo(DataSize.ofKilobytes(1)) < 0
        || maxValue.compareTo(DataSize.ofMegabytes(1)) > 0) {
      throw new ConfigurationRefusedException(
          "millrace.redis.max-value is %s; it must be 1KB to 1MB, because up to 256 values wait in"
                  .formatted(maxValue)
              + " memory to be stored and each must arrive within the timeout");
    }
    Checked.range(
        "millrace.redis.max-connections",
        maxConnections,
        2,
        100,
        "one is for writing and Redis answers on one thread");
  }

  /** The cache's side of it; empty when there is to be no cache. */
  public Optional<RedisSettings> settings() {
    return uri.isBlank()
        ? Optional.empty()
        : Optional.of(
            new RedisSettings(
                parse(uri), timeout, ttl, Math.toIntExact(maxValue.toBytes()), maxConnections));
  }

  /** Without the URI, which may hold a password. */
  @Override
  public String toString() {
    return "RedisProperties[on=%s, timeout=%s, ttl=%s, maxValue=%s, maxConnections=%d]"
        .formatted(!uri.isBlank(), timeout, ttl, maxValue, maxConnections);
  }

  private static URI parse(String uri) {
    URI parsed;
    try {
      parsed = new URI(uri.strip());
    } catch (URISyntaxException e) {
      throw refused(e.getReason()); // Its message would quote the URI and the password in it.
    }
    String why = wrong(parsed);
    if (why != null) {
      throw refused(why);
    }
    return parsed;
  }

  private static @Nullable String wrong(URI uri) {
    if (!"redis".equals(uri.getScheme()) && !"rediss".equals(uri.getScheme())) {
      return "it must start with redis:// or rediss://";
    }
    if (uri.getHost() == null) {
      return "it names no host, or one with characters that host names do not have";
    }
    if (uri.getPort() == 0 || uri.getPort() > 65_535) {
      return "its port is not 1 to 65535";
    }
    if (uri.getUserInfo() != null && !uri.getUserInfo().contains(":")) {
      return "what stands before @ must be user:password or :password";
    }
    if (!uri.getPath().matches("(/\\d{0,4})?")) {
      return "its path must be a database number";
    }
    return uri.getQuery() == null && uri.getFragment() == null
        ? null
        : "parameters and fragments mean nothing here";
  }

  private static ConfigurationRefusedException refused(String why) {
    return new ConfigurationRefusedException(
        "millrace.redis.uri is not usable: %s; it must look like %s".formatted(why, URI_FORM));
  }
}
