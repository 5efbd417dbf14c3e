package io.millrace.workers.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.Time;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ContactTest {
  private static final Duration LEASE = Duration.ofSeconds(10);

  private final Clock clock = new Clock();
  private final Contact contact = new Contact(LEASE, clock);

  @Test
  void justRestored_steadyContact_isFalse() {
    for (int second = 0; second < 60; second++) {
      clock.pass(Duration.ofSeconds(1));
      assertThat(contact.justRestored()).isFalse();
      contact.made();
    }
  }

  @Test
  void justRestored_afterOutage_lastsOneLease() {
    contact.made();
    clock.pass(Duration.ofSeconds(30));
    assertThat(contact.justRestored()).isTrue();
    contact.made();
    for (int second = 0; second < 9; second++) {
      clock.pass(Duration.ofSeconds(1));
      assertThat(contact.justRestored()).isTrue();
      contact.made();
    }
    clock.pass(Duration.ofSeconds(1));
    assertThat(contact.justRestored()).isFalse();
  }

  /** Time as the test has it. */
  private static final class Clock implements Time {
    private long nanos = 5;

    void pass(Duration duration) {
      nanos += duration.toNanos();
    }

    @Override
    public Instant now() {
      throw new UnsupportedOperationException("nothing here depends on the wall clock");
    }

    @Override
    public long nanos() {
      return nanos;
    }
  }
}
