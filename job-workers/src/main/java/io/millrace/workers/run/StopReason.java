package io.millrace.workers.run;

/** Why a running attempt was told to stop. */
enum StopReason {
  /** It ran longer than its timeout. */
  TIMEOUT,
  /** It was silent for longer than its heartbeat. */
  HEARTBEAT,
  /** Somebody cancelled its job. */
  CANCEL,
  /** Its job's deadline has passed. */
  DEADLINE,
  /** Its session was declared dead; the job is somebody else's. */
  LEASE_LOST,
  /** The worker is leaving; the job goes back without cost. */
  DRAIN
}
