package io.millrace.workers.upkeep;

import io.millrace.runtime.Leadership;
import io.millrace.runtime.Loop;
import io.millrace.runtime.Time;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the lead when nobody has it, renews it each second, gives it up at a stop. Who leads is a
 * row in the database with a term of three seconds; this process counts its own term from before it
 * asked, on its monotonic clock, so it stops believing before anybody else may begin.
 */
public final class LeaderLoop extends Loop implements Leadership {
  /** How long a leader that fell silent is waited for. */
  static final Duration TERM = Duration.ofSeconds(3);

  /** Where it is kept who leads: {@link io.millrace.store.LeaderStore}. */
  public interface Office {
    /** Takes or renews it, if it is free or one's own; who holds it now, null when unknown. */
    @Nullable String hold(String holder, Duration term) throws SQLException;

    /** Gives it up, if it is one's own. */
    void release(String holder) throws SQLException;
  }

  private static final Logger log = LoggerFactory.getLogger(LeaderLoop.class);
  private static final Duration RENEWAL = Duration.ofSeconds(1);

  private final Office office;
  private final String self;
  private final Time time;
  private boolean led;
  private volatile long leadsUntilNanos;
  private volatile @Nullable String holder;

  /**
   * Makes a loop that {@link #start()} starts.
   *
   * @param self told apart from every other process that ever was
   */
  public LeaderLoop(Office office, String self, Time time) {
    super("lead");
    this.office = office;
    this.self = self;
    this.time = time;
    this.leadsUntilNanos = time.nanos();
  }

  @Override
  public boolean leads() {
    return leadsUntilNanos - time.nanos() > 0;
  }

  /** Who led when this process asked last, itself or another; null when it does not know. */
  public @Nullable String holder() {
    return holder;
  }

  @Override
  protected Duration tick() throws SQLException {
    long asked = time.nanos();
    String found = office.hold(self, TERM);
    holder = found;
    if (self.equals(found)) {
      leadsUntilNanos = asked + TERM.toNanos();
    } else {
      leadsUntilNanos = asked;
    }
    tell(leads());
    return RENEWAL;
  }

  @Override
  protected void stopped() {
    leadsUntilNanos = time.nanos();
    try {
      office.release(self);
      tell(false);
    } catch (SQLException e) {
      log.info("the lead runs out by itself termMillis={} error={}", TERM.toMillis(), e.toString());
    }
  }

  private void tell(boolean leads) {
    if (leads != led) {
      led = leads;
      log.info(
          leads ? "leads the upkeep from now on holder={}" : "leads the upkeep no more holder={}",
          self);
    }
  }
}
