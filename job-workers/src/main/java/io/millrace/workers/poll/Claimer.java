package io.millrace.workers.poll;

import io.millrace.announce.AnnounceLoop;
import io.millrace.gate.GateLoop;
import io.millrace.model.ClaimedJob;
import io.millrace.model.JobPointer;
import io.millrace.store.ClaimStore;
import io.millrace.store.OutboxStore;
import io.millrace.workers.complete.ClaimBatch;
import io.millrace.workers.run.Runner;
import io.millrace.workers.run.Slots;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns pointers into running jobs, for all poll loops of a worker. Thread-safe. */
public final class Claimer {
  private static final Logger log = LoggerFactory.getLogger(Claimer.class);

  private final ClaimStore claims;
  private final OutboxStore outbox;
  private final AnnounceLoop announcer;
  private final GateLoop gate;
  private final Runner runner;

  /** A claim whose answer was lost; it may or may not have been committed. */
  private record Doubt(long session, long batch, Slots slots) {}

  private final ConcurrentLinkedQueue<Doubt> doubts = new ConcurrentLinkedQueue<>();

  /** Batch numbers are unique over all loops of a session. */
  private final AtomicLong batches = new AtomicLong();

  public Claimer(
      ClaimStore claims, OutboxStore outbox, AnnounceLoop announcer, GateLoop gate, Runner runner) {
    this.claims = claims;
    this.outbox = outbox;
    this.announcer = announcer;
    this.gate = gate;
    this.runner = runner;
  }

  /**
   * Claims jobs in one statement and starts what was claimed.
   *
   * @param pointers of one priority, in ascending order of id; may be empty
   * @param taken slots held for them, those not used are given back; 0 when there are none
   * @return how many were claimed and started
   */
  int claim(long session, List<JobPointer> pointers, Slots slots, int taken) throws SQLException {
    int started = 0;
    try {
      if (!pointers.isEmpty()) {
        long batch = nextBatch();
        started = start(claimed(session, batch, pointers, slots), session, batch, slots);
      }
      return started;
    } finally {
      if (taken > started) {
        slots.giveBack(pointers.getFirst().priority(), taken - started);
      }
    }
  }

  /**
   * Finds out about claims whose answers were lost and starts what they hold; else those jobs would
   * be RUNNING for as long as this session lives, and run nowhere. Call it before claiming.
   *
   * @param session the current one; the jobs of an earlier one are the reaper's
   * @throws SQLException the database still does not answer; ask again
   */
  synchronized void settle(long session) throws SQLException {
    Doubt doubt = doubts.peek();
    while (doubt != null) {
      if (doubt.session() == session) {
        List<ClaimedJob> held = claims.settle(session, doubt.batch());
        doubt.slots().overdraw(held.size());
        start(held, session, doubt.batch(), doubt.slots());
        log.info("settled a claim in doubt batch={} jobs={}", doubt.batch(), held.size());
      }
      doubts.remove(doubt);
      doubt = doubts.peek();
    }
  }

  /** A number for a claim of the session that no other has. */
  long nextBatch() {
    return batches.incrementAndGet();
  }

  /** Notes a claim of which nobody knows whether it was committed; the next settling finds out. */
  void doubt(long session, long batch, Slots slots) {
    doubts.add(new Doubt(session, batch, slots));
  }

  /** Starts jobs that were stored as claimed. */
  void startTaken(List<ClaimedJob> jobs, long session, long batch, Slots slots) {
    if (!jobs.isEmpty()) {
      announcer.hint(jobs.stream().map(ClaimedJob::id).toList());
    }
    start(jobs, session, batch, slots);
  }

  private List<ClaimedJob> claimed(long session, long batch, List<JobPointer> pointers, Slots slots)
      throws SQLException {
    try {
      ClaimStore.Claimed claimed =
          claims.claim(
              session, batch, pointers.stream().map(JobPointer::id).toList(), AnnounceLoop.GRACE);
      announcer.offer(claimed.announcement());
      announcer.hint(claimed.jobs().stream().map(ClaimedJob::id).toList());
      gate.wakeIf(claimed.bounced() > 0);
      return claimed.jobs();
    } catch (SQLException e) {
      doubt(session, batch, slots);
      throw e;
    }
  }

  private int start(List<ClaimedJob> jobs, long session, long batch, Slots slots) {
    if (!jobs.isEmpty()) {
      runner.start(jobs, new ClaimBatch(session, batch, jobs.size()), slots);
    }
    return jobs.size();
  }

  /** Announces pointers again that there was no slot for: another worker may have one. */
  void putBack(List<JobPointer> pointers) throws SQLException {
    if (!pointers.isEmpty()) {
      announcer.offer(outbox.add(pointers, AnnounceLoop.GRACE));
    }
  }
}
