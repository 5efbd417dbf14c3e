package io.millrace.api.http;

import io.millrace.api.admission.Admission;
import io.millrace.api.admission.IdempotencyKeys;
import io.millrace.api.admission.MalformedJsonException;
import io.millrace.api.admission.RefusedException;
import io.millrace.api.admission.RequestJson;
import io.millrace.api.intake.Intake;
import io.millrace.api.intake.IntakeRefusedException;
import io.millrace.model.Accepted;
import io.millrace.model.CacheAnswer;
import io.millrace.model.IdempotencyKey;
import io.millrace.model.JobState;
import io.millrace.model.NewJob;
import java.sql.SQLException;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** From a request's bytes to a committed job, with a problem document for every way it can fail. */
final class Submissions {
  private static final Logger log = LoggerFactory.getLogger(Submissions.class);

  /** Longer than the intake's two tries with all their timeouts. */
  private static final int PATIENCE_SECONDS = 60;

  private final RequestJson json = new RequestJson();
  private final Admission admission;
  private final Intake intake;

  Submissions(Admission admission, Intake intake) {
    this.admission = admission;
    this.intake = intake;
  }

  /**
   * A submission that was taken.
   *
   * @param repeated whether it is the answer to an earlier one under the same idempotency key
   * @param cache what the cache had for it; null when it was not asked
   */
  record Taken(UUID id, JobState state, boolean repeated, @Nullable CacheAnswer cache) {}

  /** Who submits. */
  record Submitter(String tenant, @Nullable String traceparent) {}

  JsonNode read(byte[] body) {
    try {
      return json.read(body);
    } catch (MalformedJsonException e) {
      throw Problems.malformed(e);
    }
  }

  /** Checks a submission; a key is for exactly this body. */
  NewJob admit(JsonNode body, Submitter submitter, String operation, @Nullable String key) {
    NewJob job;
    try {
      job = admission.admit(body, submitter.tenant(), submitter.traceparent());
    } catch (RefusedException e) {
      throw Problems.refused(e);
    }
    if (key == null) {
      return job;
    }
    IdempotencyKey idempotency = IdempotencyKeys.of(operation, key, body);
    return job.with(job.options().with(idempotency));
  }

  CompletableFuture<Accepted> submit(NewJob job) {
    return intake.submit(job);
  }

  /** Whether the intake's inbox takes one more at the moment. */
  boolean hasRoom() {
    return intake.hasRoom();
  }

  /** Whether an answer is a refusal because the inbox was full, which the next commit ends. */
  boolean isFull(CompletableFuture<Accepted> answer) {
    return answer.isCompletedExceptionally()
        && answer.exceptionNow() instanceof IntakeRefusedException refused
        && refused.reason() == IntakeRefusedException.Reason.PROCESS
        && intake.isOpen();
  }

  /** Waits for the commit. */
  Taken taken(CompletableFuture<Accepted> answer) {
    return switch (await(answer)) {
      case Accepted.Stored(UUID id, JobState state, CacheAnswer cache) ->
          new Taken(id, state, false, cache);
      case Accepted.Repeated(UUID id, JobState state) -> new Taken(id, state, true, null);
      case Accepted.KeyReused(UUID first) -> throw SubmitProblems.keyReused(first);
      case Accepted.NoParent(UUID parent) -> throw SubmitProblems.noParent(parent);
    };
  }

  private static Accepted await(CompletableFuture<Accepted> answer) {
    try {
      return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw problem(e.getCause());
    } catch (TimeoutException e) {
      log.warn("job not accepted, no answer of the intake seconds={}", PATIENCE_SECONDS);
      throw Problems.databaseDown();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problems.overloaded("the service is stopping");
    }
  }

  private static RuntimeException problem(@Nullable Throwable cause) {
    return switch (cause) {
      case ProblemException known -> known;
      case IntakeRefusedException refused -> IntakeProblems.refused(refused);
      case SQLException broken -> {
        log.warn("job not accepted, the database failed error={}", broken.toString());
        yield Problems.databaseDown();
      }
      case null, default -> new IllegalStateException("intake failed", cause);
    };
  }
}
