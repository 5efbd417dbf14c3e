package io.millrace.store;

import io.millrace.model.ClaimedJob;
import io.millrace.model.NewJob;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A worker that takes jobs which its own completions make: they are stored RUNNING under its
 * session and need no announcement and no claim. Thread-safe.
 */
public interface Successors {
  /**
   * Takes some of the jobs of a transaction that is not committed yet.
   *
   * @param jobs that could be announced
   * @return null when it takes none
   */
  @Nullable Taking take(List<NewJob> jobs);

  /**
   * What it takes in one transaction, as a claim of its session. The worker keeps room for them
   * until one of the three ends has been called, once.
   */
  interface Taking {
    /** The session that claims them. */
    long session();

    /** A number the session has not used for another claim. */
    long batch();

    /** The jobs wanted, at least one. */
    Set<UUID> jobs();

    /** The transaction is committed; the jobs that are RUNNING, perhaps none. */
    void committed(List<ClaimedJob> running);

    /** What was done of the transaction about these jobs is taken back. */
    void undone();

    /** Nobody knows whether it is committed. */
    void inDoubt();
  }
}
