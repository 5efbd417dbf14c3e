package io.millrace.api.http;

import io.millrace.api.admission.IdempotencyKeys;
import io.millrace.api.admission.IdempotencyKeys.BadKeyException;
import io.millrace.api.http.LineReader.Line;
import io.millrace.api.http.Submissions.Submitter;
import io.millrace.model.Accepted;
import io.millrace.model.Limits;
import io.millrace.model.NewJob;
import io.millrace.runtime.Time;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Submits the lines of one batch, one after the other, without waiting for their commits. */
final class BatchLines {
  private static final Logger log = LoggerFactory.getLogger(BatchLines.class);
  private static final String KEY_FIELD = "idempotencyKey";

  /** How long a line waits for room in the intake before it is refused. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Duration PAUSE = Duration.ofMillis(2);

  private final Submissions submissions;
  private final Submitter submitter;
  private final @Nullable String key;
  private final Time time;

  /**
   * Makes one for a batch.
   *
   * @param key the batch's idempotency key; that of line i is {@code key/i}
   */
  BatchLines(Submissions submissions, Submitter submitter, @Nullable String key, Time time) {
    this.submissions = submissions;
    this.submitter = submitter;
    this.key = key;
    this.time = time;
  }

  /** What becomes of a line; fails with {@link ProblemException} or as the intake does. */
  CompletableFuture<Accepted> submit(Line line) {
    try {
      return withPatience(admitted(line));
    } catch (ProblemException e) {
      return CompletableFuture.failedFuture(e);
    } catch (RuntimeException e) {
      log.error("line of a batch failed line={}", line.number(), e);
      return CompletableFuture.failedFuture(SubmitProblems.defect());
    }
  }

  private NewJob admitted(Line line) {
    if (line.tooLong()) {
      throw Problems.bodyTooLarge(Limits.MAX_PAYLOAD_BYTES);
    }
    JsonNode body = submissions.read(line.text());
    if (body instanceof ObjectNode object && object.has(KEY_FIELD)) {
      String own = ownKey(object.remove(KEY_FIELD));
      return submissions.admit(object, submitter, IdempotencyKeys.SUBMIT, own);
    }
    String ofBatch = key == null ? null : key + "/" + line.number();
    return submissions.admit(body, submitter, IdempotencyKeys.BATCH, ofBatch);
  }

  private static String ownKey(JsonNode given) {
    String where = "#/" + KEY_FIELD;
    if (!given.isString()) {
      throw SubmitProblems.badKey(where, "it is no string");
    }
    try {
      return IdempotencyKeys.checked(given.stringValue());
    } catch (BadKeyException e) {
      throw SubmitProblems.badKey(where, String.valueOf(e.getMessage()));
    }
  }

  /** While the intake's inbox is full, which its next commit ends, the batch waits. */
  private CompletableFuture<Accepted> withPatience(NewJob job) {
    CompletableFuture<Accepted> answer = submissions.submit(job);
    long until = time.nanos() + PATIENCE.toNanos();
    while (submissions.isFull(answer)
        && time.nanos() - until < 0
        && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(PAUSE.toNanos());
      if (submissions.hasRoom()) {
        answer = submissions.submit(job);
      }
    }
    return answer;
  }
}
