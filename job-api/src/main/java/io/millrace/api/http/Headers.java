package io.millrace.api.http;

import io.millrace.api.admission.IdempotencyKeys;
import io.millrace.api.admission.IdempotencyKeys.BadKeyException;
import io.millrace.api.http.Submissions.Taken;
import io.millrace.model.Limits;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The headers of idempotent submissions. */
final class Headers {
  /** Of the answer: it is the one that was given before. */
  static final String REPLAYED = "Idempotency-Replayed";

  /** Of the answer: for how many seconds the key is kept. */
  static final String LIFETIME = "Idempotency-Key-Lifetime";

  private Headers() {}

  /**
   * The caller's key; null when there is none.
   *
   * @throws ProblemException 400 naming what is wrong with it
   */
  static @Nullable String idempotencyKey(HttpServletRequest request) {
    List<String> given = Collections.list(request.getHeaders("Idempotency-Key"));
    if (given.size() > 1) {
      throw SubmitProblems.badKey("", "it is given %d times".formatted(given.size()));
    }
    try {
      return IdempotencyKeys.ofHeader(given.isEmpty() ? null : given.getFirst());
    } catch (BadKeyException e) {
      throw SubmitProblems.badKey("", String.valueOf(e.getMessage()));
    }
  }

  /** Tells a caller who gave a key for how long it is kept. */
  static void lifetime(@Nullable String key, HttpServletResponse response) {
    if (key != null) {
      response.setHeader(LIFETIME, String.valueOf(Limits.IDEMPOTENCY_KEY_MILLIS / 1000));
    }
  }

  /** Tells the same, and whether the answer is an earlier one. */
  static void keyed(@Nullable String key, Taken taken, HttpServletResponse response) {
    if (key != null) {
      keyed(taken.repeated(), response);
    }
  }

  /** The same, where a key was given. */
  static void keyed(boolean repeated, HttpServletResponse response) {
    response.setHeader(LIFETIME, String.valueOf(Limits.IDEMPOTENCY_KEY_MILLIS / 1000));
    if (repeated) {
      response.setHeader(REPLAYED, "true");
    }
  }
}
