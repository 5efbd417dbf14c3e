package io.millrace.api.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.ApiKey;
import io.millrace.model.ApiKey.Role;
import io.millrace.model.KeyText;
import io.millrace.runtime.Secrets;
import io.millrace.runtime.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeyRingTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final List<ApiKey> stored = new ArrayList<>();
  private final Clock clock = new Clock();
  private boolean away;
  private int reads;
  private final KeyRing ring = new KeyRing(this::read, clock);

  private static final class Clock implements Time {
    private long nanos;

    @Override
    public Instant now() {
      return NOW;
    }

    @Override
    public long nanos() {
      return nanos;
    }
  }

  @AfterEach
  void close() {
    ring.close();
  }

  @Test
  void find_knownKey_isFoundAndOthersAreNot() {
    KeyText key = add("acme");
    ring.read();
    assertThat(ring.find(key.reveal()).orElseThrow().tenant()).isEqualTo("acme");
    String secret = key.reveal().substring(key.reveal().length() - 43);
    assertThat(ring.find("mr_0123456789abcdef_" + secret)).isEmpty();
    assertThat(ring.find("mr_" + key.id() + "_" + "A".repeat(43))).isEmpty();
    assertThat(ring.find(key.reveal() + "A")).isEmpty();
    assertThat(ring.find(key.id())).isEmpty();
    assertThat(ring.find("")).isEmpty();
  }

  @Test
  void find_revokedKey_isNotFoundAndStillCountsAsConfigured() {
    KeyText key = add("acme");
    stored.set(0, new ApiKey(key.id(), "acme", "n", Role.TENANT, key.secretHash(), NOW, NOW));
    ring.read();
    assertThat(ring.find(key.reveal())).isEmpty();
    assertThat(ring.isConfigured()).isTrue();
  }

  @Test
  void find_keyMadeAMomentAgo_isFoundByAskingAgain() {
    ring.read();
    assertThat(ring.isConfigured()).isFalse();
    KeyText key = add("acme");
    int before = reads;
    assertThat(ring.find(key.reveal())).isEmpty();
    assertThat(reads).isEqualTo(before);
    clock.nanos += Duration.ofMillis(101).toNanos();
    assertThat(ring.find(key.reveal())).isPresent();
    assertThat(reads).isEqualTo(before + 1);
  }

  @Test
  void find_databaseAway_lastKnownKeysStandAndUnknownOnesDoNotAskIt() {
    KeyText key = add("acme");
    ring.read();
    away = true;
    clock.nanos += Duration.ofSeconds(1).toNanos();
    String unknown = KeyText.of(new byte[8], new byte[32]).reveal();
    assertThat(ring.find(unknown)).isEmpty();
    int before = reads;
    clock.nanos += Duration.ofSeconds(1).toNanos();
    assertThat(ring.find(unknown)).isEmpty();
    assertThat(reads).isEqualTo(before);
    assertThat(ring.find(key.reveal())).isPresent();
  }

  @Test
  void start_databaseAway_fails() {
    away = true;
    assertThatThrownBy(ring::start).isInstanceOf(IllegalStateException.class);
  }

  private KeyText add(String tenant) {
    Secrets secrets = new Secrets();
    KeyText key = KeyText.of(secrets.bytes(KeyText.ID_BYTES), secrets.bytes(KeyText.SECRET_BYTES));
    stored.add(new ApiKey(key.id(), tenant, "n", Role.TENANT, key.secretHash(), NOW, null));
    return key;
  }

  private List<ApiKey> read() {
    reads++;
    if (away) {
      throw new IllegalStateException("away");
    }
    return List.copyOf(stored);
  }
}
