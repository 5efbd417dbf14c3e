package io.millrace.api.control;

import io.millrace.announce.AnnounceLoop;
import io.millrace.gate.GateLoop;
import io.millrace.gate.PaceLoop;
import io.millrace.model.JobState;
import io.millrace.model.JobView;
import io.millrace.store.CancelStore;
import io.millrace.store.JobStore;
import io.millrace.store.RetryStore;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Decisions of callers and operators about single jobs. Thread-safe. */
public final class JobControls {
  private final CancelStore cancels;
  private final RetryStore retries;
  private final JobStore jobs;
  private final AnnounceLoop announcer;
  private final PaceLoop pace;
  private final GateLoop gate;

  public JobControls(
      CancelStore cancels,
      RetryStore retries,
      JobStore jobs,
      AnnounceLoop announcer,
      PaceLoop pace,
      GateLoop gate) {
    this.cancels = cancels;
    this.retries = retries;
    this.jobs = jobs;
    this.announcer = announcer;
    this.pace = pace;
    this.gate = gate;
  }

  /** A job as it is now, from the database; empty when the tenant has none of this id. */
  public Optional<JobView> find(String tenant, UUID id) {
    return jobs.find(tenant, id);
  }

  /**
   * Cancels a job and all that descend from it. What does not run is CANCELLED when this returns;
   * what runs is told through its worker. May be repeated; of a running job the first reason
   * stands.
   *
   * @param reason at most {@link io.millrace.model.Limits#MAX_REASON_CHARS} characters
   * @return the job as it is then, or empty when the tenant has no such job
   */
  public Optional<JobView> cancel(String tenant, UUID id, @Nullable String reason)
      throws SQLException {
    CancelStore.Cancelled done = cancels.cancel(tenant, id, reason, AnnounceLoop.GRACE);
    announcer.offer(done.announcement());
    gate.wakeIf(done.freedPlaces());
    return jobs.find(tenant, id);
  }

  /**
   * Runs a FAILED job again.
   *
   * @param payload a JSON document in place of its own, already checked, or null
   * @return false when it is not FAILED, or not the tenant's
   */
  public boolean retry(String tenant, UUID id, @Nullable String payload) throws SQLException {
    return sent(retries.retry(tenant, List.of(id), payload, "retried", AnnounceLoop.GRACE));
  }

  /**
   * Decides about a WAITING job whose outcome is unknown.
   *
   * @param to READY, SUCCEEDED or FAILED
   * @param result a JSON document, for SUCCEEDED only
   * @return false when it does not wait for that, or is not the tenant's
   */
  public boolean resolve(
      String tenant, UUID id, JobState to, @Nullable String result, @Nullable String reason)
      throws SQLException {
    return sent(retries.resolve(tenant, id, to, result, reason, AnnounceLoop.GRACE));
  }

  private boolean sent(RetryStore.Sent sent) {
    announcer.offer(sent.announcement());
    pace.count(sent.announcement());
    gate.wakeIf(sent.blocked());
    return !sent.jobs().isEmpty();
  }
}
