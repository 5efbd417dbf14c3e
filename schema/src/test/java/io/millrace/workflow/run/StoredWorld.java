package io.millrace.workflow.run;

import io.millrace.model.ClaimedJob;
import io.millrace.model.Completion;
import io.millrace.model.ErrorKind;
import io.millrace.model.JobError;
import io.millrace.model.Outcome;
import io.millrace.store.Database;
import io.millrace.workflow.plan.WorkflowLimits;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The worlds of runs that a database holds, and what becomes of their jobs. Thread-safe. */
final class StoredWorld {
  static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_LONG_FOR_INTS).build();

  /** A job of a run inside of another does the work of the node that the run is. */
  private static final String TASKS =
      """
      SELECT j.id, coalesce(r.parent, j.run), coalesce(r.parent_node, j.run_node),
             coalesce(r.parent_element, j.run_element), coalesce(r.parent_round, j.run_round)
        FROM unnest(?::uuid[]) AS u (id) JOIN job j ON j.id = u.id JOIN run r ON r.id = j.run""";

  private final Map<UUID, World> worlds = new ConcurrentHashMap<>();
  private final Map<UUID, Advance> plans = new ConcurrentHashMap<>();

  void add(UUID run, World world, Advance plan) {
    worlds.put(run, world);
    plans.put(run, plan);
  }

  World world(UUID run) {
    return Objects.requireNonNull(worlds.get(run));
  }

  Advance plan(UUID run) {
    return Objects.requireNonNull(plans.get(run));
  }

  Collection<UUID> runs() {
    return worlds.keySet();
  }

  /** What ends these jobs, in the order of their ids. */
  List<Completion> completions(Database database, List<ClaimedJob> jobs) throws SQLException {
    Map<UUID, ClaimedJob> byId =
        jobs.stream().collect(Collectors.toMap(ClaimedJob::id, Function.identity()));
    List<Completion> completions = new ArrayList<>();
    try (Connection connection = database.dataSource().getConnection();
        PreparedStatement statement = connection.prepareStatement(TASKS)) {
      statement.setArray(1, connection.createArrayOf("uuid", byId.keySet().toArray()));
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          ClaimedJob job = Objects.requireNonNull(byId.get(rows.getObject(1, UUID.class)));
          completions.add(Completion.of(job, outcome(job, rows)));
        }
      }
    }
    // As PostgreSQL orders ids: by their bytes, so by their text.
    completions.sort(Comparator.comparing(completion -> completion.id().toString()));
    return completions;
  }

  private Outcome outcome(ClaimedJob job, ResultSet task) throws SQLException {
    UUID run = task.getObject(2, UUID.class);
    int round = task.getInt(5) - 1;
    int lives = WorkflowLimits.MAX_ROUNDS;
    World world = world(run);
    String node = plan(run).numbers().node(task.getInt(3)).name();
    @Nullable Object payload = JSON.readValue(job.payload(), Object.class);
    TaskOutcome outcome;
    synchronized (world) {
      outcome = world.outcome(node, task.getInt(4), round % lives + 1, payload, round / lives + 1);
    }
    return outcome instanceof TaskOutcome.Succeeded(Object output)
        ? new Outcome.Succeeded(JSON.writeValueAsString(output))
        : new Outcome.Failed(new JobError(ErrorKind.HANDLER, "it broke", job.attempt()));
  }
}
