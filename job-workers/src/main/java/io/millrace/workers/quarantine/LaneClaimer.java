package io.millrace.workers.quarantine;

import io.millrace.announce.AnnounceLoop;
import io.millrace.model.ClaimedJob;
import io.millrace.store.ClaimStore;
import io.millrace.store.QuarantineStore;
import io.millrace.workers.complete.ClaimBatch;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes jobs out of the lane, one at a time. For one thread. */
public final class LaneClaimer {
  private final QuarantineStore lane;
  private final ClaimStore claims;
  private final AnnounceLoop announcer;
  private final List<String> types;
  private long batch;

  /** The session of a claim whose answer was lost, 0 for none; its batch is the latest. */
  private long doubtfulSession;

  /**
   * Makes a claimer.
   *
   * @param types those this process has handlers for
   */
  public LaneClaimer(
      QuarantineStore lane, ClaimStore claims, AnnounceLoop announcer, List<String> types) {
    this.lane = lane;
    this.claims = claims;
    this.announcer = announcer;
    this.types = types;
  }

  /** A job and the claim it is in. */
  record Taken(ClaimedJob job, ClaimBatch batch) {}

  /** The next job, or null when there is none that may run now. */
  @Nullable Taken take(long session) throws SQLException {
    ClaimedJob held = settled(session);
    if (held != null) {
      return new Taken(held, new ClaimBatch(session, batch, 1));
    }
    batch++;
    QuarantineStore.Claimed claimed;
    try {
      claimed = lane.claim(session, batch, types, AnnounceLoop.GRACE);
    } catch (SQLException e) {
      doubtfulSession = session;
      throw e;
    }
    announcer.offer(claimed.announcement());
    return claimed.job() == null
        ? null
        : new Taken(claimed.job(), new ClaimBatch(session, batch, 1));
  }

  /** Whether a job of these types waits, even one that a limit holds. */
  boolean anyWaits() throws SQLException {
    return lane.look(types).mine() > 0;
  }

  /** What the claim in doubt holds; the claims of a session that was lost are the reaper's. */
  private @Nullable ClaimedJob settled(long session) throws SQLException {
    if (doubtfulSession == 0) {
      return null;
    }
    List<ClaimedJob> held =
        doubtfulSession == session ? claims.settle(session, batch) : List.<ClaimedJob>of();
    doubtfulSession = 0;
    return held.isEmpty() ? null : held.getFirst();
  }
}
