package io.millrace.ops.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.local.LocalStack;
import io.millrace.model.JobEvent;
import io.millrace.model.JobOptions;
import io.millrace.model.JobState;
import io.millrace.model.JobView;
import io.millrace.model.NewJob;
import io.millrace.model.Priority;
import io.millrace.model.RetryPolicy;
import io.millrace.model.RunLimit;
import io.millrace.runtime.Ids;
import io.millrace.store.CancelStore;
import io.millrace.store.CheckpointStore;
import io.millrace.store.ClaimStore;
import io.millrace.store.Database;
import io.millrace.store.EventStore;
import io.millrace.store.JobStore;
import io.millrace.store.LimitStore;
import io.millrace.store.ReapStore;
import io.millrace.store.SubmitStore;
import io.millrace.store.WorkerStore;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Jobs put in and looked at through the stores, past the API: a worker alone is on trial. */
final class JobTable implements AutoCloseable {
  private static final String TENANT = "default";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final JsonMapper JSON = new JsonMapper();

  private final Database database;
  private final Ids ids = new Ids();

  JobTable(LocalStack stack) {
    this(stack, 3);
  }

  JobTable(LocalStack stack, int connections) {
    this.database =
        Database.open(
            stack.jdbcUrl(),
            stack.username(),
            stack.password(),
            connections,
            Duration.ofSeconds(10));
  }

  /** Makes the tables, where no process of the service has started before. */
  void migrate() {
    database.migrate();
  }

  /** A job to be submitted, with what it asks for. */
  final class Draft {
    private final String type;
    private final String payload;
    private String pool = "default";
    private Priority priority = Priority.NORMAL;
    private int attempts = 3;
    private long timeoutMillis = 3_600_000;
    private @Nullable Long heartbeatMillis;
    private @Nullable Instant deadline;
    private @Nullable Long delayMillis;
    private @Nullable RetryPolicy retry;

    private Draft(String type, String payload) {
      this.type = type;
      this.payload = payload;
    }

    Draft pool(String value) {
      pool = value;
      return this;
    }

    Draft priority(Priority value) {
      priority = value;
      return this;
    }

    Draft attempts(int value) {
      attempts = value;
      return this;
    }

    Draft timeoutMillis(long value) {
      timeoutMillis = value;
      return this;
    }

    Draft heartbeatMillis(long value) {
      heartbeatMillis = value;
      return this;
    }

    Draft delayMillis(long value) {
      delayMillis = value;
      return this;
    }

    Draft deadline(Instant value) {
      deadline = value;
      return this;
    }

    /** Its attempts are the policy's. */
    Draft retry(RetryPolicy value) {
      retry = value;
      attempts = value.maxAttempts();
      return this;
    }

    NewJob build() {
      return new NewJob(
          ids.next(),
          TENANT,
          type,
          pool,
          priority,
          attempts,
          timeoutMillis,
          payload,
          null,
          new JobOptions(
              null, delayMillis, deadline, null, heartbeatMillis, retry, null, null, null, null));
    }
  }

  Draft job(String type, String payload) {
    return new Draft(type, payload);
  }

  UUID submit(String type, String payload) throws SQLException {
    return submit(job(type, payload));
  }

  UUID submit(Draft draft) throws SQLException {
    NewJob job = draft.build();
    submit(List.of(job));
    return job.id();
  }

  /** Stores jobs; a worker's relay announces them at once. */
  void submit(List<NewJob> jobs) throws SQLException {
    submit(jobs, Duration.ZERO);
  }

  /** Stores jobs that a worker's relay announces after a time. */
  void submit(List<NewJob> jobs, Duration grace) throws SQLException {
    new SubmitStore(database)
        .insert(
            jobs.stream().sorted(Comparator.comparing(NewJob::id)).toList(), job -> false, grace);
  }

  /** A job whose workers have died twice; it waits in the lane. Only while no worker runs. */
  UUID poisoned(String type, String payload) throws SQLException {
    NewJob job = job(type, payload).build();
    Duration untold = Duration.ofMinutes(5);
    new SubmitStore(database).insert(List.of(job), given -> false, untold);
    for (int i = 0; i < 2; i++) {
      long session = new WorkerStore(database).register("doomed", List.of(), 1);
      assertThat(new ClaimStore(database).claim(session, 1, List.of(job.id()), untold).jobs())
          .hasSize(1);
      execute("UPDATE worker SET state = 'DEAD' WHERE session = " + session);
      new ReapStore(database).reap(100, untold);
    }
    return job.id();
  }

  /** Sets a limit on what runs at once. */
  void limit(RunLimit.Scope scope, String subject, int maxRunning) {
    new LimitStore(database).put(scope, subject, maxRunning, null);
  }

  /** Any statement, past all stores. */
  void execute(String sql) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The one number that a query returns. */
  long number(String query) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** Jobs that were cancelled at once. */
  int cancel(UUID id, @Nullable String reason) throws SQLException {
    return new CancelStore(database).cancel(TENANT, id, reason, Duration.ZERO).cancelled();
  }

  JobView view(UUID id) {
    return new JobStore(database).find(TENANT, id).orElseThrow();
  }

  JobView await(UUID id, JobState state) {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .untilAsserted(() -> assertThat(view(id).state()).as("%s", view(id)).isEqualTo(state));
    return view(id);
  }

  JsonNode result(UUID id) {
    return JSON.readTree(new JobStore(database).result(TENANT, id).orElseThrow().json());
  }

  List<JobEvent> events(UUID id) throws SQLException {
    return new EventStore(database).after(TENANT, id, 0, 1_000);
  }

  /** What happened to it beside its reports. */
  List<String> kinds(UUID id) throws SQLException {
    return events(id).stream().map(JobEvent::kind).filter(kind -> !isReport(kind)).toList();
  }

  private static boolean isReport(String kind) {
    return kind.equals(JobEvent.PROGRESS) || kind.equals(JobEvent.OUTPUT);
  }

  /** Steps of a {@code sleep} that its checkpoint counts; 0 without one. */
  int stepsSaved(UUID id) throws SQLException {
    return new CheckpointStore(database)
        .find(id)
        .map(json -> JSON.readTree(json).path("steps").asInt())
        .orElse(0);
  }

  long count(String condition) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT count(*) FROM job WHERE " + condition)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** The priorities of a pool's jobs in the order of their starts. */
  List<Priority> startsOf(String pool) throws SQLException {
    List<Priority> order = new ArrayList<>();
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT priority FROM job WHERE pool = '" + pool + "' ORDER BY started_at, id")) {
      while (rows.next()) {
        order.add(Priority.ofCode(rows.getInt(1)));
      }
    }
    return order;
  }

  @Override
  public void close() {
    database.close();
  }
}
