package io.millrace.runtime;

import java.time.Instant;

/** The clock of this process; tests hand in their own. Leases and due times use the database's. */
public interface Time {
  /** The machine's clocks. */
  Time SYSTEM =
      new Time() {
        @Override
        public Instant now() {
          return Instant.now();
        }

        @Override
        public long nanos() {
          return System.nanoTime();
        }
      };

  /** Wall-clock time; may jump. For people and ids, never for measuring. */
  Instant now();

  /** Monotonic nanoseconds from an arbitrary origin. For measuring. */
  long nanos();
}
