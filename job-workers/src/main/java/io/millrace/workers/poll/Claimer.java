package io.millrace.workers.poll;

import io.millrace.announce.AnnounceLoop;
import io.millrace.model.ClaimedJob;
import io.millrace.model.JobPointer;
import io.millrace.store.ClaimStore;
import io.millrace.store.OutboxStore;
import io.millrace.workers.complete.ClaimBatch;
import io.millrace.workers.run.Runner;
import io.millrace.workers.run.Slots;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Turns pointers into running jobs, for all poll loops of a worker. Thread-safe. */
public final class Claimer {
  private final ClaimStore claims;
  private final OutboxStore outbox;
  private final AnnounceLoop announcer;
  private final Runner runner;

  /** Batch numbers are unique over all loops of a session. */
  private final AtomicLong batches = new AtomicLong();

  public Claimer(ClaimStore claims, OutboxStore outbox, AnnounceLoop announcer, Runner runner) {
    this.claims = claims;
    this.outbox = outbox;
    this.announcer = announcer;
    this.runner = runner;
  }

  /**
   * Claims jobs in one statement and starts what was claimed.
   *
   * @param pointers in ascending order of id; may be empty
   * @param taken slots held for them, those not used are released
   * @return how many were claimed and started
   */
  int claim(long session, List<JobPointer> pointers, Slots slots, int taken) throws SQLException {
    int started = 0;
    try {
      if (!pointers.isEmpty()) {
        long batch = batches.incrementAndGet();
        List<ClaimedJob> jobs =
            claims.claim(session, batch, pointers.stream().map(JobPointer::id).toList());
        if (!jobs.isEmpty()) {
          runner.start(jobs, new ClaimBatch(session, batch, jobs.size()), slots);
          started = jobs.size();
        }
      }
      return started;
    } finally {
      if (taken > started) {
        slots.release(taken - started);
      }
    }
  }

  /** Announces pointers again that there was no slot for: another worker may have one. */
  void putBack(List<JobPointer> pointers) throws SQLException {
    if (!pointers.isEmpty()) {
      announcer.offer(outbox.add(pointers, AnnounceLoop.GRACE));
    }
  }
}
