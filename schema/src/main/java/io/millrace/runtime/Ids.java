package io.millrace.runtime;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import java.time.Instant;
import java.util.UUID;

/** Makes job ids: UUID version 7 (RFC 9562), increasing within this process. Thread-safe. */
public final class Ids {
  private final NoArgGenerator generator = Generators.timeBasedEpochGenerator();

  /** A new id, greater than any this instance made before. */
  public UUID next() {
    return generator.generate();
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
