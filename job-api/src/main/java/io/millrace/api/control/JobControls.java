package io.millrace.api.control;

import io.millrace.announce.AnnounceLoop;
import io.millrace.model.JobView;
import io.millrace.store.CancelStore;
import io.millrace.store.JobStore;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Decisions of callers and operators about single jobs. Thread-safe. */
public final class JobControls {
  private final CancelStore cancels;
  private final JobStore jobs;
  private final AnnounceLoop announcer;
  private final Runnable gate;

  /**
   * Makes the controls.
   *
   * @param gate called when a place under a limit may have become free, or a job waits for one;
   *     must return at once
   */
  public JobControls(CancelStore cancels, JobStore jobs, AnnounceLoop announcer, Runnable gate) {
    this.cancels = cancels;
    this.jobs = jobs;
    this.announcer = announcer;
    this.gate = gate;
  }

  /**
   * Cancels a job and all that descend from it. What does not run is CANCELLED when this returns;
   * what runs is told through its worker. May be repeated; the first reason stands.
   *
   * @param reason at most {@link io.millrace.model.Limits#MAX_REASON_CHARS} characters
   * @return the job as it is then, or empty when the tenant has no such job
   */
  public Optional<JobView> cancel(String tenant, UUID id, @Nullable String reason)
      throws SQLException {
    CancelStore.Cancelled done = cancels.cancel(tenant, id, reason, AnnounceLoop.GRACE);
    announcer.offer(done.announcement());
    if (done.freedPlaces()) {
      gate.run();
    }
    return jobs.find(tenant, id);
  }
}
