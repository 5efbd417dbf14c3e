package io.millrace.workflow.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.ClaimedJob;
import io.millrace.model.Completion;
import io.millrace.model.NewJob;
import io.millrace.store.ClaimStore;
import io.millrace.store.CompletionStore;
import io.millrace.store.Database;
import io.millrace.store.Successors;
import io.millrace.store.WorkerStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A worker that claims and completes jobs in random order and batches, says things twice, takes
 * some of the next tasks at once, and now and then is gone with all it holds. One thread.
 */
final class RandomWorker implements Successors {
  private static final String READY =
      "SELECT id FROM job WHERE state = 'READY' ORDER BY md5(id::text || ?::text) LIMIT ?";

  private final Database database;
  private final StoredWorld world;
  private final Random random;
  private final CompletionStore completions;
  private final ClaimStore claims;
  private final WorkerStore workers;
  private final List<ClaimedJob> held = new ArrayList<>();
  private final Deque<Long> doubts = new ArrayDeque<>();
  private final Deque<Long> leaving = new ArrayDeque<>();
  private long session;
  private long batch;
  int taken;
  int repeated;
  int left;

  RandomWorker(Database database, StoredWorld world, CompletionStore.Runs runs, Random random) {
    this.database = database;
    this.world = world;
    this.random = random;
    this.completions = new CompletionStore(database, runs.with(this));
    this.claims = new ClaimStore(database);
    this.workers = new WorkerStore(database);
  }

  /** Claims some, completes some. */
  void step() throws SQLException {
    while (!leaving.isEmpty()) {
      workers.leave(leaving.getFirst());
      leaving.removeFirst();
    }
    if (session == 0) {
      session = workers.register("random", List.of("default"), 100);
    }
    settle();
    if (held.size() < 10) {
      claim(1 + random.nextInt(12));
    }
    if (random.nextInt(25) == 0) {
      leave();
    } else if (!held.isEmpty()) {
      complete(1 + random.nextInt(8));
    }
  }

  private void settle() throws SQLException {
    while (!doubts.isEmpty()) {
      held.addAll(claims.settle(session, doubts.getFirst()));
      doubts.removeFirst();
    }
  }

  private void claim(int most) throws SQLException {
    List<UUID> ids = new ArrayList<>();
    try (Connection connection = database.dataSource().getConnection();
        PreparedStatement statement = connection.prepareStatement(READY)) {
      statement.setInt(1, random.nextInt());
      statement.setInt(2, most);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          ids.add(rows.getObject(1, UUID.class));
        }
      }
    }
    if (!ids.isEmpty()) {
      ids.sort(Comparator.comparing(UUID::toString));
      long number = ++batch;
      doubts.add(number);
      held.addAll(claims.claim(session, number, ids, Duration.ZERO).jobs());
      doubts.removeLast();
    }
  }

  private void complete(int most) throws SQLException {
    Collections.shuffle(held, random);
    List<ClaimedJob> ending = List.copyOf(held.subList(0, Math.min(most, held.size())));
    List<Completion> done = world.completions(database, ending);
    // They stay in its hands when this fails, as outcomes of a worker do.
    completions.complete(done, List.of(), Duration.ZERO);
    held.removeAll(ending);
    if (random.nextInt(5) == 0) {
      assertThat(completions.complete(done, List.of(), Duration.ZERO).recorded()).isEmpty();
      repeated++;
    }
  }

  /** Goes with all it holds, for the reaper to find. */
  private void leave() throws SQLException {
    leaving.add(session);
    session = 0;
    held.clear();
    doubts.clear();
    left++;
  }

  @Override
  public @Nullable Taking take(List<NewJob> jobs) {
    Set<UUID> wanted =
        jobs.stream()
            .filter(job -> random.nextBoolean())
            .map(NewJob::id)
            .collect(Collectors.toSet());
    return wanted.isEmpty() ? null : new Taken(session, ++batch, wanted);
  }

  private final class Taken implements Taking {
    private final long session;
    private final long batch;
    private final Set<UUID> jobs;

    Taken(long session, long batch, Set<UUID> jobs) {
      this.session = session;
      this.batch = batch;
      this.jobs = jobs;
    }

    @Override
    public long session() {
      return session;
    }

    @Override
    public long batch() {
      return batch;
    }

    @Override
    public Set<UUID> jobs() {
      return jobs;
    }

    @Override
    public void committed(List<ClaimedJob> running) {
      held.addAll(running);
      taken += running.size();
    }

    @Override
    public void undone() {}

    @Override
    public void inDoubt() {
      doubts.add(batch);
    }
  }
}
