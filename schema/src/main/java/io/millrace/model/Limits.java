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

  /** Shape of a pool's name: it becomes part of topic and group names, so no colon. */
  public static final String POOL_PATTERN = "[a-z][a-z0-9-]{0,31}";

  /** Shape of a job type. */
  public static final String TYPE_PATTERN = "[a-z][a-z0-9-]*(\\.[a-z][a-z0-9-]*){0,5}";

  /** Longest job type, in characters. */
  public static final int MAX_TYPE_CHARS = 64;

  private Limits() {}
}
