package io.millrace.model;

/** The fixed limits of the service, in one place so that code, database and documents agree. */
public final class Limits {
  /** Largest accepted request body and payload, in bytes. */
  public static final int MAX_PAYLOAD_BYTES = 256 * 1024;

  /** Largest result a handler may return, in bytes of JSON; a larger one fails the job. */
  public static final int MAX_RESULT_BYTES = 4 * 1024 * 1024;

  /** Deepest nesting of a JSON payload. */
  public static final int MAX_JSON_DEPTH = 50;

  /** Longest stored error message, in characters. */
  public static final int MAX_ERROR_MESSAGE_CHARS = 2_000;

  /** Longest progress message and log line, in characters. */
  public static final int MAX_PROGRESS_MESSAGE_CHARS = 200;

  /** Most log lines kept for one attempt; later ones are dropped. */
  public static final int MAX_LOG_LINES = 1_000;

  /** Most attempts a job may ask for. */
  public static final int MAX_ATTEMPTS = 100;

  /** Longest timeout of one attempt, in milliseconds (7 days). */
  public static final long MAX_TIMEOUT_MILLIS = 7L * 24 * 60 * 60 * 1000;

  /** Most labels of a job. */
  public static final int MAX_LABELS = 16;

  /** Shape of a label's name. */
  public static final String LABEL_PATTERN = "[a-z][a-z0-9._-]{0,62}";

  /** Longest value of a label, in characters. */
  public static final int MAX_LABEL_CHARS = 200;

  /** Longest idempotency key, in characters. */
  public static final int MAX_IDEMPOTENCY_KEY_CHARS = 255;

  /** How long an idempotency key is kept, in milliseconds (24 hours). */
  public static final long IDEMPOTENCY_KEY_MILLIS = 24L * 60 * 60 * 1000;

  /** Farthest start or deadline from now, in milliseconds (366 days). */
  public static final long MAX_AHEAD_MILLIS = 366L * 24 * 60 * 60 * 1000;

  /** Longest checkpoint document, in bytes of JSON. */
  public static final int MAX_CHECKPOINT_BYTES = 64 * 1024;

  /** Longest piece of partial output, in bytes of JSON. */
  public static final int MAX_OUTPUT_BYTES = 64 * 1024;

  /** Most counters in a progress report. */
  public static final int MAX_COUNTERS = 16;

  /** Most names under which one attempt may report what it has used. */
  public static final int MAX_USAGE_NAMES = 16;

  /** Most names kept of all attempts of a job. */
  public static final int MAX_USAGE_NAMES_OF_JOB = 64;

  /** Most that one attempt may report under a name. */
  public static final long MAX_USAGE = 1_000_000_000_000L;

  /** Where the sum of all attempts of a job stands still, so that sums over a run's jobs fit. */
  public static final long MAX_USAGE_OF_JOB = 100_000_000_000_000L;

  /** Pieces of partial output kept of a run: the latest, counted by the numbers of its events. */
  public static final int MAX_RUN_OUTPUTS = 20_000;

  /** Events kept of a job beside its moves (progress, output); the oldest are trimmed. */
  public static final int MAX_EVENTS = 1_000;

  /** Most bytes of details in one page of events, unless its first event alone has more. */
  public static final int MAX_EVENT_PAGE_BYTES = 256 * 1024;

  /** Most events in one page. */
  public static final int MAX_EVENT_PAGE = 1_000;

  /** Longest wait that a caller may ask for, in seconds. */
  public static final int MAX_WAIT_SECONDS = 60;

  /** Longest reason of a cancelling, in characters. */
  public static final int MAX_REASON_CHARS = 200;

  /** Worker deaths after which a job goes to the quarantine lane. */
  public static final int CRASHES_BEFORE_QUARANTINE = 2;

  /** Longest that a kept result may have been too old and still answer, in milliseconds. */
  public static final long MAX_STALE_MILLIS = 3_600_000;

  /** Shape of a tenant's name. */
  public static final String TENANT_PATTERN = "[a-z0-9][a-z0-9._-]{0,62}";

  /** Shape of a pool's name: it becomes part of topic and group names, so no colon. */
  public static final String POOL_PATTERN = "[a-z][a-z0-9-]{0,31}";

  /** Shape of a job type. */
  public static final String TYPE_PATTERN = "[a-z][a-z0-9-]*(\\.[a-z][a-z0-9-]*){0,5}";

  /** Longest job type, in characters. */
  public static final int MAX_TYPE_CHARS = 64;

  /** Shape of a schedule's name. */
  public static final String SCHEDULE_NAME_PATTERN = "[a-z0-9][a-z0-9._-]{0,62}";

  /** Most schedules of a tenant. */
  public static final int MAX_SCHEDULES = 1_000;

  /** Most missed instants of a schedule that are made up for. */
  public static final int MAX_CATCH_UP = 1_000;

  private Limits() {}
}
