package io.millrace.workers.upkeep;

import io.millrace.runtime.Time;
import java.time.Duration;

/**
 * Whether the database has been within reach. After an outage every worker's heartbeat is old;
 * those that live need a moment to beat before the silent ones may be told from them. For one
 * thread.
 */
final class Contact {
  private final long leaseNanos;
  private final Time time;
  private long lastNanos;
  private long restoredNanos;
  private boolean restoring;

  Contact(Duration lease, Time time) {
    this.leaseNanos = lease.toNanos();
    this.time = time;
    this.lastNanos = time.nanos();
  }

  /** Notes that the database answered. */
  void made() {
    long now = time.nanos();
    if (now - lastNanos > leaseNanos / 2) {
      restoring = true;
      restoredNanos = now;
    }
    lastNanos = now;
  }

  /** True from the end of an outage of half a lease or longer until a lease after it. */
  boolean justRestored() {
    long now = time.nanos();
    if (now - lastNanos > leaseNanos / 2) {
      return true;
    }
    restoring &= now - restoredNanos < leaseNanos;
    return restoring;
  }
}
