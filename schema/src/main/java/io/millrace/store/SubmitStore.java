package io.millrace.store;

import io.millrace.model.Accepted;
import io.millrace.model.Announcement;
import io.millrace.model.CacheAnswer;
import io.millrace.model.IdempotencyKey;
import io.millrace.model.JobOptions;
import io.millrace.model.JobState;
import io.millrace.model.NewJob;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The group commit: submissions become jobs, with their keys, timers and outbox row. */
public final class SubmitStore {
  /** What is there of submissions that {@link SubmitStatement} left out, in the order given. */
  private static final String LEFT_OUT =
      """
      SELECT given.id, job.state, k.job_id, encode(k.request_hash, 'hex'), k.state
        FROM unnest(?::uuid[], ?::text[], ?::text[], ?::text[])
             AS given (id, tenant, operation, key)
        LEFT JOIN LATERAL (SELECT state FROM job WHERE job.id = given.id OFFSET 0) AS job ON true
        LEFT JOIN LATERAL (
             SELECT * FROM idempotency_key k
              WHERE k.tenant = given.tenant AND k.operation = given.operation
                AND k.key = given.key AND k.expires_at > now() - interval '1 minute'
             OFFSET 0) AS k ON true""";

  private final Database database;

  public SubmitStore(Database database) {
    this.database = database;
  }

  /**
   * What a batch came to.
   *
   * @param answers one per submission, in their order
   * @param announcement the READY jobs and the events, or null
   * @param blocked whether some wait for a place under a limit
   */
  public record Submitted(
      List<Accepted> answers, @Nullable Announcement announcement, boolean blocked) {}

  /**
   * Stores jobs with their idempotency keys, timers and one outbox row, in one transaction. A job
   * whose id is already there is left alone, so a batch whose commit was in doubt may be inserted
   * again. Appends to {@code job_pkey}; takes key rows in their order; locks parents by {@code
   * job_pkey} against being cancelled meanwhile. A job is SCHEDULED when its time has not come,
   * BLOCKED when a limit applies to its tenant or type, else READY.
   *
   * @param jobs at least one; no two with the same tenant, operation and idempotency key
   * @param heldBack which READY jobs go to the backlog instead of being announced
   * @param grace how long a relay leaves the outbox row to the caller
   */
  public Submitted insert(List<NewJob> jobs, Predicate<NewJob> heldBack, Duration grace)
      throws SQLException {
    try (Connection connection = database.connection()) {
      return insert(connection, jobs, heldBack, grace);
    }
  }

  /** As above, in a transaction of the caller's. */
  Submitted insert(
      Connection connection, List<NewJob> jobs, Predicate<NewJob> heldBack, Duration grace)
      throws SQLException {
    return insert(connection, jobs, heldBack, HandOver.none(), grace);
  }

  /** The same; those that a worker takes at once are RUNNING, in a claim of its session. */
  Submitted insert(
      Connection connection,
      List<NewJob> jobs,
      Predicate<NewJob> heldBack,
      HandOver handOver,
      Duration grace)
      throws SQLException {
    if (!database.publishesEvents()) {
      // An outbox row tells one event of a job, and this would be two.
      handOver.offer(jobs, heldBack);
    }
    SubmitStatement submit = new SubmitStatement(jobs, heldBack, handOver.taking());
    try (PreparedStatement statement = submit.prepare(connection, grace, database)) {
      List<Moves.Move> moves = Moves.readAll(statement);
      handOver.stored(jobs, running(moves));
      Map<UUID, Accepted> answers = new HashMap<>();
      Map<UUID, @Nullable CacheAnswer> cached = cached(jobs);
      moves.forEach(
          m -> answers.put(m.id(), new Accepted.Stored(m.id(), m.state(), cached.get(m.id()))));
      if (answers.size() < jobs.size()) {
        explain(
            connection, jobs.stream().filter(j -> !answers.containsKey(j.id())).toList(), answers);
      }
      return new Submitted(
          jobs.stream().map(job -> answers.get(job.id())).toList(),
          without(submit.held(), Moves.announcement(moves, database)),
          moves.stream().anyMatch(move -> move.state() == JobState.BLOCKED));
    }
  }

  private static Map<UUID, @Nullable CacheAnswer> cached(List<NewJob> jobs) {
    Map<UUID, @Nullable CacheAnswer> cached = new HashMap<>();
    for (NewJob job : jobs) {
      if (job.options().cache() != null) {
        cached.put(job.id(), CacheAnswer.of(job.options().cache()));
      }
    }
    return cached;
  }

  private static Set<UUID> running(List<Moves.Move> moves) {
    return moves.stream()
        .filter(move -> move.state() == JobState.RUNNING)
        .map(Moves.Move::id)
        .collect(Collectors.toSet());
  }

  private static @Nullable Announcement without(
      List<UUID> held, @Nullable Announcement announcement) {
    if (announcement == null || held.isEmpty()) {
      return announcement;
    }
    Set<UUID> heldBack = Set.copyOf(held);
    return new Announcement(
        announcement.outboxId(),
        announcement.jobs().stream().filter(job -> !heldBack.contains(job.id())).toList(),
        announcement.events());
  }

  private static java.sql.Array key(
      Connection connection, List<JobOptions> options, Function<IdempotencyKey, String> part)
      throws SQLException {
    return Arrays.texts(
        connection,
        options,
        o -> {
          IdempotencyKey key = o.idempotency();
          return key == null ? null : part.apply(key);
        });
  }

  /**
   * Finds out why submissions were left out: there before, sent before, or without their parent.
   */
  private static void explain(
      Connection connection, List<NewJob> leftOut, Map<UUID, Accepted> answers)
      throws SQLException {
    List<JobOptions> options = leftOut.stream().map(NewJob::options).toList();
    try (PreparedStatement statement = connection.prepareStatement(LEFT_OUT)) {
      statement.setArray(1, Arrays.uuids(connection, leftOut, NewJob::id));
      statement.setArray(2, Arrays.texts(connection, leftOut, NewJob::tenant));
      statement.setArray(3, key(connection, options, IdempotencyKey::operation));
      statement.setArray(4, key(connection, options, IdempotencyKey::key));
      Map<UUID, Accepted> found = new HashMap<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          UUID id = rows.getObject(1, UUID.class);
          found.put(id, explanation(id, rows, leftOut));
        }
      }
      for (NewJob job : new ArrayList<>(leftOut)) {
        Accepted answer = found.get(job.id());
        answers.put(job.id(), answer == null ? noParent(job) : answer);
      }
    }
  }

  private static @Nullable Accepted explanation(UUID id, ResultSet row, List<NewJob> leftOut)
      throws SQLException {
    UUID first = row.getObject(3, UUID.class);
    if (first != null && !first.equals(id)) {
      String hash = row.getString(4);
      boolean same =
          leftOut.stream()
              .filter(job -> job.id().equals(id))
              .map(job -> job.options().idempotency())
              .anyMatch(key -> key != null && key.requestHash().equalsIgnoreCase(hash));
      return same
          ? new Accepted.Repeated(first, JobState.valueOf(row.getString(5)))
          : new Accepted.KeyReused(first);
    }
    String state = row.getString(2);
    return state == null ? null : new Accepted.Stored(id, JobState.valueOf(state));
  }

  private static Accepted noParent(NewJob job) {
    UUID parent = job.options().parent();
    if (parent == null) {
      throw new IllegalStateException("job " + job.id() + " was neither stored nor there before");
    }
    return new Accepted.NoParent(parent);
  }
}
