package io.millrace.runtime;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import java.time.Instant;
import java.util.UUID;

/** Makes job ids: UUID version 7 (RFC 9562), increasing within this process. Thread-safe. */
public final class Ids {
  private final Time time;
  private final TimeBasedEpochGenerator generator = Generators.timeBasedEpochGenerator();
  private long latestMillis;

  /** Makes ids by the machine's clock. */
  public Ids() {
    this(Time.SYSTEM);
  }

  Ids(Time time) {
    this.time = time;
  }

  /**
   * A new id, greater than any this instance made before, also when the clock is set back: the
   * generator alone starts over at whatever millisecond it is given, so its time stands still here.
   */
  public synchronized UUID next() {
    latestMillis = Math.max(latestMillis, time.now().toEpochMilli());
    return generator.construct(latestMillis);
  }

  /** The smallest version 7 id of a millisecond: a bound between the ids before it and after it. */
  public static UUID lowest(Instant time) {
    return new UUID(time.toEpochMilli() << 16 | 0x7000L, 0x8000_0000_0000_0000L);
  }

  /** The millisecond an id was made in, by the clock of the machine that made it. */
  public static Instant timeOf(UUID id) {
    return Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16);
  }
}
