package io.millrace.workers.quarantine;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.announce.AnnounceLoop;
import io.millrace.gate.GateLoop;
import io.millrace.local.LocalStack;
import io.millrace.local.SharedLocalStack;
import io.millrace.model.ErrorKind;
import io.millrace.model.JobError;
import io.millrace.model.JobState;
import io.millrace.model.JobView;
import io.millrace.model.NewJob;
import io.millrace.model.Priority;
import io.millrace.runtime.Ids;
import io.millrace.runtime.Time;
import io.millrace.store.ClaimStore;
import io.millrace.store.Database;
import io.millrace.store.InvariantStore;
import io.millrace.store.JobStore;
import io.millrace.store.LimitStore;
import io.millrace.store.OutboxStore;
import io.millrace.store.QuarantineStore;
import io.millrace.store.ReapStore;
import io.millrace.store.SubmitStore;
import io.millrace.store.WorkerStore;
import io.millrace.wire.KafkaSettings;
import java.io.IOException;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The worker's side of the lane, tick by tick, with runners that are no processes. */
class LaneKeeperIT {
  private static final Duration GRACE = Duration.ofMinutes(1);

  private final LocalStack stack = SharedLocalStack.get();
  private final Database database =
      Database.open(stack.jdbcUrl(), stack.username(), stack.password(), 5, Duration.ofSeconds(5));
  private final Producer<byte[], byte[]> producer =
      new KafkaSettings(stack.bootstrapServers(), Map.of()).producer();
  private final AnnounceLoop announcer = new AnnounceLoop(producer, new OutboxStore(database));
  private final QuarantineStore lane = new QuarantineStore(database);
  private final WorkerStore workers = new WorkerStore(database);
  private final Ids ids = new Ids();
  private final List<FakeRunner> runners = new ArrayList<>();
  private final String type =
      "lane."
          + Long.toString(ids.next().getLeastSignificantBits() >>> 40, 26).replaceAll("[0-9]", "x");
  private boolean leads = true;
  private boolean broken;
  private long nanos;
  private final Time time =
      new Time() {
        @Override
        public Instant now() {
          return Instant.EPOCH;
        }

        @Override
        public long nanos() {
          return nanos;
        }
      };
  private final LaneKeeper keeper =
      new LaneKeeper(
          lane,
          new ReapStore(database),
          announcer,
          new GateLoop(new LimitStore(database), announcer),
          new LaneKeeper.Turn(() -> leads, List.of(type), this::launch, () -> "w/" + ids.next()),
          time);

  /** What the keeper sees of a process. */
  private static final class FakeRunner implements RunnerProcess {
    private final String name;
    private boolean alive = true;
    private boolean inOrder;
    private boolean told;

    FakeRunner(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public boolean isAlive() {
      return alive;
    }

    @Override
    public boolean endedInOrder() {
      return inOrder;
    }

    @Override
    public String ending() {
      return "exit code 139 (SIGSEGV)";
    }

    @Override
    public String log() {
      return "the log";
    }

    @Override
    public void stop() {
      told = true;
    }

    @Override
    public void end(Duration grace) {
      alive = false;
    }
  }

  private RunnerProcess launch(String name) throws IOException {
    if (broken) {
      throw new IOException("no such file");
    }
    runners.add(new FakeRunner(name));
    return runners.getLast();
  }

  @BeforeEach
  void makeTables() {
    database.migrate();
  }

  @AfterEach
  void invariantsHold() throws Exception {
    execute("UPDATE worker SET state = 'LEFT' WHERE quarantine AND state <> 'DEAD'");
    producer.close(Duration.ZERO);
    assertThat(new InvariantStore(database).broken()).isEmpty();
    database.close();
  }

  @Test
  void tick_emptyLane_startsNothing() throws Exception {
    keeper.tick();
    assertThat(runners).isEmpty();
  }

  @Test
  void tick_jobWaits_leaderStartsOneRunner() throws Exception {
    poisoned();
    leads = false;
    keeper.tick();
    assertThat(runners).as("not this worker's turn").isEmpty();
    leads = true;
    keeper.tick();
    keeper.tick();
    assertThat(runners).hasSize(1);
    assertThat(keeper.length()).isPositive();
  }

  @Test
  void tick_nobodyServesForLong_anotherThanTheLeaderDoes() throws Exception {
    NewJob job = poisoned();
    leads = false;
    execute(
        "UPDATE job_quarantine SET since = now() - interval '31 s' WHERE job_id = '%s'"
            .formatted(job.id()));
    long other = workers.register("other/1", List.of(), 1, true);
    keeper.tick();
    assertThat(runners).as("another one serves").isEmpty();
    workers.leave(other);
    keeper.tick();
    assertThat(runners).hasSize(1);
  }

  @Test
  void tick_runnerDied_condemnsItsJobAndStartsTheNextAtOnce() throws Exception {
    NewJob doomed = poisoned();
    poisoned();
    keeper.tick();
    claimAs(runners.getFirst());
    runners.getFirst().alive = false;
    keeper.tick();
    JobView view = view(doomed);
    assertThat(view.state()).isEqualTo(JobState.FAILED);
    assertThat(view.error()).extracting(JobError::kind).isEqualTo(ErrorKind.CRASHED);
    assertThat(Objects.requireNonNull(view.error()).message()).contains("exit code 139 (SIGSEGV)");
    assertThat(keeper.condemned()).isEqualTo(1);
    assertThat(keeper.startTrouble()).isNull();
    assertThat(runners).hasSize(2);
  }

  @Test
  void tick_runnerEndsBeforeItRan_isTroubleAndWaitsLongerEachTime() throws Exception {
    poisoned();
    keeper.tick();
    runners.getFirst().alive = false;
    keeper.tick();
    assertThat(keeper.startTrouble())
        .isEqualTo(
            "quarantine: the runner ended before it ran a job: exit code 139 (SIGSEGV); see the log");
    assertThat(runners).as("not at once").hasSize(1);
    nanos += Duration.ofSeconds(2).toNanos();
    keeper.tick();
    assertThat(runners).hasSize(2);
    workers.register(runners.getLast().name(), List.of(), 1, true);
    keeper.tick();
    assertThat(keeper.startTrouble()).as("it got so far as to open a session").isNull();
  }

  @Test
  void tick_runnerCannotBeStarted_isTheLoopsTrouble() throws Exception {
    poisoned();
    broken = true;
    org.assertj.core.api.Assertions.assertThatThrownBy(keeper::tick)
        .isInstanceOf(IOException.class)
        .hasMessage("no such file");
  }

  @Test
  void leave_tellsTheRunnerAndStartsNoOther() throws Exception {
    poisoned();
    keeper.tick();
    keeper.leave();
    assertThat(runners.getFirst().told).isTrue();
    runners.getFirst().alive = false;
    runners.getFirst().inOrder = true;
    keeper.tick();
    assertThat(runners).hasSize(1);
    assertThat(keeper.startTrouble()).isNull();
  }

  private @Nullable Object claimAs(FakeRunner runner) throws Exception {
    long session = workers.register(runner.name(), List.of(), 1, true);
    return lane.claim(session, 1, List.of(type), GRACE).job();
  }

  private NewJob poisoned() throws Exception {
    NewJob job =
        new NewJob(ids.next(), "t", type, "default", Priority.NORMAL, 3, 60_000, "{}", null);
    new SubmitStore(database).insert(List.of(job), given -> false, GRACE);
    for (int i = 0; i < 2; i++) {
      long session = workers.register("doomed", List.of(), 1);
      new ClaimStore(database).claim(session, 1, List.of(job.id()), GRACE);
      execute("UPDATE worker SET state = 'DEAD' WHERE session = " + session);
      new ReapStore(database).reap(1_000, GRACE);
    }
    assertThat(view(job).state()).isEqualTo(JobState.BLOCKED);
    return job;
  }

  private JobView view(NewJob job) {
    return new JobStore(database).find("t", job.id()).orElseThrow();
  }

  private void execute(String sql) throws Exception {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
