package io.millrace.api.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.model.CacheAnswer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a submitter learns of kept results.
 *
 * @param status HIT, MISS, JOINED or STALE
 * @param ageMillis since the source ended, of a result that was there
 * @param source the job whose result it has or waits for
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record CacheDocument(CacheAnswer.Status status, @Nullable Long ageMillis, @Nullable UUID source) {
  static @Nullable CacheDocument of(@Nullable CacheAnswer answer) {
    return answer == null
        ? null
        : new CacheDocument(answer.status(), answer.ageMillis(), answer.source());
  }
}
