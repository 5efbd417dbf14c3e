package io.millrace.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

class RedisPropertiesTest {
  private static final Duration TIMEOUT = Duration.ofMillis(50);
  private static final Duration TTL = Duration.ofSeconds(300);
  private static final DataSize SIZE = DataSize.ofKilobytes(256);

  @ParameterizedTest
  @ValueSource(strings = {"", "  "})
  void settings_noUri_isEmpty(String uri) {
    assertThat(at(uri).settings()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://localhost",
        "redis://127.0.0.1:6379",
        "redis://[::1]:6379/3",
        "rediss://user:pa%20ss@cache.example.com:6380/0",
        "redis://:secret@cache/"
      })
  void settings_usableUri_isTaken(String uri) {
    assertThat(at(uri).settings()).hasValueSatisfying(s -> assertThat(s.uri()).hasToString(uri));
  }

  @ParameterizedTest
  @CsvSource({
    "localhost:6379, must start with redis://",
    "http://localhost, must start with redis://",
    "redis:///0, names no host",
    "redis://job_cache:6379, names no host",
    "redis://localhost:0, port",
    "redis://localhost:65536, port",
    "redis://secret@localhost, user:password",
    "redis://localhost/zero, database number",
    "redis://localhost?protocol=3, parameters",
    "redis://:s cret@localhost, Illegal character",
  })
  void uri_unusable_isRefusedWithKeyAndReason(String uri, String reason) {
    assertThatThrownBy(() -> at(uri))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("millrace.redis.uri")
        .hasMessageContaining(reason)
        .hasMessageNotContainingAny("cret@");
  }

  @Test
  void ranges_crossed_areRefusedWithTheirKey() {
    assertRefused("timeout", Duration.ofMillis(4), TTL, SIZE, 10);
    assertRefused("timeout", Duration.ofMillis(1_001), TTL, SIZE, 10);
    assertRefused("ttl", TIMEOUT, Duration.ofMillis(999), SIZE, 10);
    assertRefused("ttl", TIMEOUT, Duration.ofHours(25), SIZE, 10);
    assertRefused("max-value", TIMEOUT, TTL, DataSize.ofBytes(1_023), 10);
    assertRefused("max-value", TIMEOUT, TTL, DataSize.ofMegabytes(2), 10);
    assertRefused("max-connections", TIMEOUT, TTL, SIZE, 1);
    assertRefused("max-connections", TIMEOUT, TTL, SIZE, 101);
  }

  @Test
  void toString_neverShowsThePassword() {
    RedisProperties properties = at("redis://user:secret@localhost");
    assertThat(properties.toString()).doesNotContain("secret");
    assertThat(properties.settings().orElseThrow().toString()).doesNotContain("secret");
  }

  private static RedisProperties at(String uri) {
    return new RedisProperties(uri, TIMEOUT, TTL, SIZE, 10);
  }

  private static void assertRefused(
      String key, Duration timeout, Duration ttl, DataSize size, int connections) {
    assertThatThrownBy(() -> new RedisProperties("", timeout, ttl, size, connections))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("millrace.redis." + key);
  }
}
