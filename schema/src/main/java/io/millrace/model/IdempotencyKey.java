package io.millrace.model;

/**
 * What makes the same submission, sent again, the same job.
 *
 * @param operation what is asked for, such as {@code POST /v1/jobs}; keys of different operations
 *     do not meet
 * @param key the caller's, 1 to {@link Limits#MAX_IDEMPOTENCY_KEY_CHARS} characters
 * @param requestHash SHA-256 of the request, in hexadecimal: another request under the same key is
 *     refused
 */
public record IdempotencyKey(String operation, String key, String requestHash) {}
