package io.millrace.store;

import io.millrace.model.Accepted;
import io.millrace.model.CacheUse;
import io.millrace.model.CachedResult;
import io.millrace.model.NewJob;
import io.millrace.store.SubmitStore.Submitted;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The group commit of submissions that ask for kept results: each gets one, runs, or waits for
 * another that runs, and all of that is decided in the transaction that stores them.
 */
public final class CacheSubmitStore {
  /** The SQLSTATE that says that a result is not the latest of its key any more. */
  public static final String OUTDATED = "MR001";

  private final Database database;
  private final SubmitStore submissions;
  private final CacheStore cache;
  private final Supplier<UUID> ids;

  /**
   * Makes a store.
   *
   * @param ids of jobs that do the work of a stale result anew
   * @param largest result that is read, in bytes; a larger one is copied where it is
   */
  public CacheSubmitStore(Database database, Supplier<UUID> ids, int largest) {
    this.database = database;
    this.submissions = new SubmitStore(database);
    this.cache = new CacheStore(largest);
    this.ids = ids;
  }

  /**
   * What a batch came to.
   *
   * @param found the results that this transaction found and that answered somebody
   */
  public record Done(Submitted submitted, List<CachedResult> found) {}

  /**
   * Stores a batch in one transaction, as {@link SubmitStore#insert} does. Takes the rows of the
   * keys in their order and holds them to the end, so that whoever lands waits for those who join.
   *
   * @param batch of which some ask; those that are answered already are stored as they are
   * @throws SQLException with the state {@link #OUTDATED}, and nothing is stored, when one that was
   *     answered already must not be any more
   */
  public Done insert(List<NewJob> batch, Predicate<NewJob> heldBack, Duration grace)
      throws SQLException {
    if (batch.stream().noneMatch(job -> job.options().cache() instanceof CacheUse.Asks)) {
      return new Done(submissions.insert(batch, heldBack, grace), List.of());
    }
    return database.inTransaction(connection -> insert(connection, batch, heldBack, grace));
  }

  /** The kept results of these keys that are not too large to be read. */
  public List<CachedResult> find(List<String> keys) throws SQLException {
    try (Connection connection = database.connection()) {
      return cache.find(connection, keys).values().stream().map(CacheStore.Found::result).toList();
    }
  }

  private Done insert(
      Connection connection, List<NewJob> batch, Predicate<NewJob> heldBack, Duration grace)
      throws SQLException {
    CacheParts parts = new CacheParts(connection, cache, ids, batch);
    List<NewJob> decided = parts.decide();
    Submitted submitted = submissions.insert(connection, decided, heldBack, grace);
    settle(connection, decided, submitted.answers());
    return new Done(
        new Submitted(
            submitted.answers().subList(0, batch.size()),
            submitted.announcement(),
            submitted.blocked()),
        parts.found());
  }

  /**
   * Lists those that wait, and those leaders that were not stored, whose followers need another.
   */
  private void settle(Connection connection, List<NewJob> jobs, List<Accepted> answers)
      throws SQLException {
    List<UUID> leaders = new ArrayList<>();
    List<UUID> followers = new ArrayList<>();
    Map<UUID, String> absent = new HashMap<>();
    for (int i = 0; i < jobs.size(); i++) {
      NewJob job = jobs.get(i);
      boolean stored = answers.get(i) instanceof Accepted.Stored;
      switch (job.options().cache()) {
        case CacheUse.Follows(var _, UUID leader) when stored -> {
          leaders.add(leader);
          followers.add(job.id());
        }
        case CacheUse.Leads(String key) when !stored -> absent.put(job.id(), key);
        case null, default -> {}
      }
    }
    cache.follow(connection, leaders, followers);
    cache.landed(connection, absent);
  }
}
