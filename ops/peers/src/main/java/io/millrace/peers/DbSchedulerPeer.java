package io.millrace.peers;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** db-scheduler: one row a job, deleted when it is done. */
final class DbSchedulerPeer implements Peer {
  /**
   * Its README: lock-and-fetch for more than 1,000 executions a second. Of the settings it advises
   * or publishes benchmarks of (50 threads with 1.0 and 4.0, 100 with 2.0 and 6.0, 20 with 4.0 and
   * 20.0), these drained fastest on two cores, for which it has them too.
   */
  private static final int THREADS = 20;

  private static final double LOWER = 4.0;
  private static final double UPPER = 20.0;

  /** Its README: the interval is the precision of a start; immediate execution makes up for it. */
  private static final Duration POLLING = Duration.ofMillis(100);

  /** As the project publishes it, less the index for priorities, which are not used. */
  private static final String TABLE =
      """
      CREATE TABLE scheduled_tasks (
        task_name text NOT NULL,
        task_instance text NOT NULL,
        task_data bytea,
        execution_time timestamptz,
        picked boolean NOT NULL,
        picked_by text,
        last_success timestamptz,
        last_failure timestamptz,
        consecutive_failures int,
        last_heartbeat timestamptz,
        version bigint NOT NULL,
        priority smallint,
        state text,
        PRIMARY KEY (task_name, task_instance));
      CREATE INDEX execution_time_idx ON scheduled_tasks (execution_time);
      CREATE INDEX last_heartbeat_idx ON scheduled_tasks (last_heartbeat)""";

  private final Pool pool;
  private final OneTimeTask<Void> task;
  private Scheduler scheduler;
  private long batch;

  DbSchedulerPeer(Options options, Starts starts) throws SQLException {
    pool = new Pool(options, true);
    pool.execute(TABLE);
    task =
        Tasks.oneTime("noop")
            .execute((instance, context) -> starts.started(index(instance.getId())));
    scheduler = build();
  }

  @Override
  public String settings() {
    return "lock-and-fetch %s to %s, %d threads, polling %d ms, immediate execution, scheduleBatch"
        .formatted(LOWER, UPPER, THREADS, POLLING.toMillis());
  }

  @Override
  public void submit(int index) {
    scheduler.schedule(instance(index), Instant.now());
  }

  @Override
  public void submitAll(int count) {
    batch++; // Ids are unique as long as their row is there.
    Stream<TaskInstance<?>> all = IntStream.range(0, count).mapToObj(this::instance);
    scheduler.scheduleBatch(all, Instant.now());
  }

  @Override
  public void start() {
    scheduler.start();
  }

  /** Once stopped it cannot be started again, so the next one is made. */
  @Override
  public void stop() {
    scheduler.stop();
    scheduler = build();
  }

  @Override
  public boolean hasUnfinished() throws SQLException {
    return pool.hasRows("SELECT 1 FROM scheduled_tasks LIMIT 1");
  }

  @Override
  public void empty() throws SQLException {
    pool.execute("TRUNCATE scheduled_tasks");
  }

  @Override
  public void close() {
    pool.close();
  }

  private Scheduler build() {
    return Scheduler.create(pool.source(), task)
        .threads(THREADS)
        .pollUsingLockAndFetch(LOWER, UPPER)
        .pollingInterval(POLLING)
        .enableImmediateExecution()
        .build();
  }

  private TaskInstance<Void> instance(int index) {
    return task.instance(index + ":" + batch);
  }

  private static int index(String id) {
    return Integer.parseInt(id, 0, id.indexOf(':'), 10);
  }
}
