package io.millrace.store;

import io.millrace.model.AcceptedRun;
import io.millrace.model.NewJob;
import io.millrace.model.NewRun;
import io.millrace.store.RunAdvanceStore.Advanced;
import io.millrace.store.RunAdvanceStore.Decision;
import io.millrace.store.RunAdvanceStore.LockedRun;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;

/** Starts runs that take over what others have finished. */
public final class RunRerunStore {
  private static final String SEED =
      """
      UPDATE run SET progress = ?, rerun_of = ?, rerun_from = ?, reused = ?
       WHERE id = ? AND progress IS NULL""";

  private final Database database;
  private final RunAdvanceStore advances;

  public RunRerunStore(Database database) {
    this.database = database;
    this.advances = new RunAdvanceStore(database);
  }

  /** What a new run begins with. */
  public sealed interface Seed {
    /**
     * What it takes over.
     *
     * @param progress where its nodes are
     * @param reused the nodes it does not run itself, as {@link java.util.BitSet#toByteArray} has
     *     them
     * @param copies whose values it gets
     */
    record Taken(byte[] progress, byte[] reused, List<Copy> copies) implements Seed {}

    /** Nothing can be taken over now. */
    record Refused(String why) implements Seed {}
  }

  /**
   * A node whose values are taken over.
   *
   * @param source its number in the earlier run
   * @param tasks which of its tasks hold its output, when no value was kept
   */
  public record Copy(int node, int source, Tasks tasks) {
    /** Tasks of a node. */
    public enum Tasks {
      NONE,
      /** The one with the greatest round. */
      LAST,
      /** Those of all elements, as a list. */
      ALL
    }
  }

  /** Works out what a run takes over from another one, whose row is locked. */
  @FunctionalInterface
  public interface Seeding {
    Seed seed(LockedRun source, RunReads reads) throws SQLException;
  }

  /** What became of a start. */
  public sealed interface Outcome {
    /** An answer as of any start. */
    record Answered(AcceptedRun answer, Advanced advanced) implements Outcome {}

    /** Nothing was stored. */
    record Refused(String why) implements Outcome {}

    /** The output of this node is kept no more; nothing was stored. */
    record OutputGone(int node) implements Outcome {}
  }

  /** Takes back the transaction. */
  private static final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Outcome outcome;

    StoppedException(Outcome outcome) {
      super(null, null, false, false);
      this.outcome = outcome;
    }
  }

  /**
   * Stores a run with what it takes over, and starts it, in one transaction. Locks the row of its
   * idempotency key, the earlier run, then the new one.
   *
   * @param from the name of the node from which on it runs again
   */
  public Outcome start(
      NewRun run,
      UUID source,
      String from,
      Seeding seeding,
      Decision decision,
      Predicate<NewJob> heldBack,
      Duration grace)
      throws SQLException {
    try {
      return database.inTransaction(
          connection -> {
            AcceptedRun answer = RunKeys.take(connection, List.of(run)).getFirst();
            if (!(answer instanceof AcceptedRun.Stored)) {
              return new Outcome.Answered(answer, Advanced.NONE);
            }
            Seed.Taken seed = seed(connection, source, seeding);
            RunWrites.insert(connection, List.of(run));
            write(connection, run.id(), source, from, seed);
            Outcome stop = RunCopies.copy(connection, run.id(), source, seed.copies());
            if (stop != null) {
              throw new StoppedException(stop);
            }
            Advanced advanced =
                advances.advance(connection, List.of(run.id()), decision, heldBack, grace);
            return new Outcome.Answered(answer, advanced);
          });
    } catch (StoppedException e) {
      return e.outcome;
    }
  }

  private static Seed.Taken seed(Connection connection, UUID source, Seeding seeding)
      throws SQLException {
    List<LockedRun> locked = RunAdvanceStore.lock(connection, List.of(source));
    if (locked.isEmpty()) {
      throw new StoppedException(new Outcome.Refused("the run was deleted just now"));
    }
    LockedRun earlier = locked.getFirst();
    return switch (seeding.seed(earlier, new RunReads(connection, earlier))) {
      case Seed.Taken taken -> taken;
      case Seed.Refused(String why) -> throw new StoppedException(new Outcome.Refused(why));
    };
  }

  private static void write(
      Connection connection, UUID run, UUID source, String from, Seed.Taken seed)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(SEED)) {
      statement.setBytes(1, seed.progress());
      statement.setObject(2, source);
      statement.setString(3, from);
      statement.setBytes(4, seed.reused());
      statement.setObject(5, run);
      statement.executeUpdate();
    }
  }
}
