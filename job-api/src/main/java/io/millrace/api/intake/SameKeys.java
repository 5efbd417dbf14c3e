package io.millrace.api.intake;

import io.millrace.model.Accepted;
import io.millrace.model.IdempotencyKey;
import io.millrace.model.NewJob;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Submissions of one batch under the same idempotency key: one of them goes to the database, and
 * the others share its answer where that says enough.
 */
final class SameKeys {
  private final Map<String, NewJob> firsts = new HashMap<>();
  private final List<NewJob> distinct = new ArrayList<>();
  private final List<NewJob> others = new ArrayList<>();

  SameKeys(List<NewJob> batch) {
    for (NewJob job : batch) {
      String key = keyOf(job);
      boolean first = key == null || firsts.putIfAbsent(key, job) == null;
      (first ? distinct : others).add(job);
    }
  }

  /** At most one of each key, in their order. */
  List<NewJob> distinct() {
    return distinct;
  }

  /**
   * Answers the others.
   *
   * @param answers has those of the distinct ones, by id; gets more
   * @return those that the answer to another says nothing about, because they ask for something
   *     else
   */
  List<NewJob> share(Map<UUID, Accepted> answers) {
    List<NewJob> open = new ArrayList<>();
    for (NewJob job : others) {
      NewJob first = Objects.requireNonNull(firsts.get(keyOf(job)));
      Accepted shared = shared(job, first, Objects.requireNonNull(answers.get(first.id())));
      if (shared == null) {
        open.add(job);
      } else {
        answers.put(job.id(), shared);
      }
    }
    return open;
  }

  private static @Nullable Accepted shared(NewJob job, NewJob first, Accepted answer) {
    boolean same = Objects.equals(job.options().idempotency(), first.options().idempotency());
    return switch (answer) {
      case Accepted.Stored(var id, var state, var _) ->
          same ? new Accepted.Repeated(id, state) : new Accepted.KeyReused(id);
      case Accepted.Repeated(var id, _) -> same ? answer : new Accepted.KeyReused(id);
      case Accepted.KeyReused _, Accepted.NoParent _ -> same ? answer : null;
    };
  }

  private static @Nullable String keyOf(NewJob job) {
    IdempotencyKey key = job.options().idempotency();
    return key == null ? null : job.tenant() + '\n' + key.operation() + '\n' + key.key();
  }
}
