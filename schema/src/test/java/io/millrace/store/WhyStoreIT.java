package io.millrace.store;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.JobFacts;
import io.millrace.model.JobFacts.Hold;
import io.millrace.model.JobFacts.Queue;
import io.millrace.model.JobOptions;
import io.millrace.model.NewJob;
import io.millrace.model.Priority;
import io.millrace.model.RunLimit.Scope;
import io.millrace.runtime.Ids;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The facts behind each explanation, on a real PostgreSQL. */
class WhyStoreIT {
  private static final Duration GRACE = Duration.ZERO;

  private final Database database = TestDatabase.clean();
  private final Letters letters = new Letters(database);
  private final WhyStore why = new WhyStore(database);
  private final JobStore jobs = new JobStore(database);
  private final SubmitStore submissions = new SubmitStore(database);
  private final LimitStore limits = new LimitStore(database);
  private final Ids ids = new Ids();

  @AfterEach
  void invariantsHold() {
    assertThat(new InvariantStore(database).broken()).isEmpty();
  }

  @Test
  void facts_readyJob_countsItsQueueAndWorkers() throws SQLException {
    UUID job = submit("t", "default", 3, false).getLast();
    submit("t", "elsewhere", 2, false);
    Queue queue = queue("t", job);
    assertThat(queue.ready()).isEqualTo(3);
    assertThat(queue.held()).isZero();
    assertThat(queue.backlogPlace()).isNull();
    assertThat(queue.workers()).isEqualTo(1);
    assertThat(queue.silentMillis()).isBetween(0L, 60_000L);
    assertThat(queue.limitedSince()).isFalse();
    assertThat(queue.unannouncedMillis()).isNotNull();
    database.dsl().execute("DELETE FROM outbox");
    assertThat(queue("t", job).unannouncedMillis()).isNull();
  }

  @Test
  void facts_poolNobodyServes_hasNoWorkers() throws SQLException {
    UUID job = submit("t", "elsewhere", 1, false).getFirst();
    Queue queue = queue("t", job);
    assertThat(queue.workers()).isZero();
    assertThat(queue.slots()).isZero();
    assertThat(queue.silentMillis()).isNull();
  }

  @Test
  void facts_inBacklog_countsItsTenantsOlderJobs() throws SQLException {
    submit("t", "default", 4, false);
    submit("other", "default", 50, true);
    submit("t", "default", 10, true);
    UUID job = submit("t", "default", 5, true).get(2);
    Queue queue = queue("t", job);
    assertThat(queue.ready()).isEqualTo(69);
    assertThat(queue.held()).isEqualTo(65);
    assertThat(queue.backlogPlace()).isEqualTo(12);
  }

  @Test
  void facts_limitMadeAfterItBecameReady_saysSo() throws SQLException {
    UUID job = submit("t", "default", 1, false).getFirst();
    limits.put(Scope.TENANT, "t", 5, null);
    assertThat(queue("t", job).limitedSince()).isTrue();
  }

  @Test
  void facts_blockedJob_namesHoldersOfItsOwnTenantOnly() throws SQLException {
    limits.put(Scope.TYPE, "echo", 3, null);
    limits.put(Scope.TENANT, "other", 9, null);
    List<UUID> own = submit("t", "default", 2, false);
    List<UUID> others = submit("other", "default", 1, false);
    admit(own, others);
    List<UUID> waiting = submit("t", "default", 3, false);
    JobFacts facts = facts("t", waiting.getLast());
    assertThat(facts.waiting()).isEqualTo(2);
    assertThat(facts.lane()).isNull();
    assertThat(facts.limits()).hasSize(1);
    Hold hold = facts.limits().getFirst();
    assertThat(hold.isFull()).isTrue();
    assertThat(hold.running()).isEqualTo(3);
    assertThat(hold.holders()).containsExactlyInAnyOrderElementsOf(own);
    assertThat(hold.others()).isEqualTo(1);
  }

  @Test
  void facts_rateUsedUp_saysWhenTheNextMayStart() throws SQLException {
    limits.put(Scope.TYPE, "echo", null, new LimitStore.Rate(1, Duration.ofHours(1)));
    List<UUID> first = submit("t", "default", 1, false);
    limits.admit(
        (used, waiting) ->
            new LimitStore.Decision(
                first,
                List.of(
                    new LimitStore.Place(used.getFirst().limit().id(), true, first.getFirst()))),
        GRACE);
    UUID second = submit("t", "default", 1, false).getFirst();
    assertThat(facts("t", second).limits().getFirst().isUsedUp()).isTrue();
    assertThat(facts("t", second).limits().getFirst().nextStartMillis()).isNull();
    letters.running(first);
    assertThat(facts("t", second).limits().getFirst().nextStartMillis())
        .isBetween(3_500_000L, 3_600_000L);
  }

  @Test
  void facts_quarantined_countsThoseBeforeIt() throws SQLException {
    List<UUID> lane = submit("t", "default", 3, false);
    for (int death = 0; death < 2; death++) {
      long session = new WorkerStore(database).register("w" + death, List.of("default"), 9);
      new ClaimStore(database).claim(session, 1, lane.stream().sorted().toList(), GRACE);
      new WorkerStore(database).expire(Duration.ofMillis(-1000));
      new ReapStore(database).reap(10, GRACE);
    }
    List<Integer> places = lane.stream().map(id -> facts("t", id).lane()).sorted().toList();
    assertThat(places).containsExactly(0, 1, 2);
    assertThat(facts("t", lane.getFirst()).waiting()).isNull();
  }

  @Test
  void facts_runningJob_saysWhoRunsIt() throws SQLException {
    UUID job = letters.ready(1, "echo", JobOptions.NONE).getFirst();
    letters.running(List.of(job));
    assertThat(requireNonNull(facts("t", job).runner()).state()).isEqualTo("LIVE");
    assertThat(requireNonNull(facts("t", job).runner()).name()).isEqualTo("w");
    new WorkerStore(database).expire(Duration.ofMillis(-1000));
    assertThat(requireNonNull(facts("t", job).runner()).state()).isEqualTo("DEAD");
  }

  private void admit(List<UUID> own, List<UUID> others) throws SQLException {
    List<UUID> all = new ArrayList<>(own);
    all.addAll(others);
    limits.admit(
        (used, waiting) ->
            new LimitStore.Decision(
                all,
                used.stream()
                    .filter(one -> one.limit().scope() == Scope.TYPE)
                    .flatMap(
                        one ->
                            all.stream()
                                .map(id -> new LimitStore.Place(one.limit().id(), false, id)))
                    .toList()),
        GRACE);
  }

  private JobFacts facts(String tenant, UUID id) {
    return why.facts(tenant, jobs.find(tenant, id).orElseThrow());
  }

  private Queue queue(String tenant, UUID id) {
    return requireNonNull(facts(tenant, id).queue());
  }

  private List<UUID> submit(String tenant, String pool, int count, boolean held)
      throws SQLException {
    List<NewJob> batch = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      batch.add(
          new NewJob(ids.next(), tenant, "echo", pool, Priority.NORMAL, 3, 60_000, "{}", null));
    }
    submissions.insert(batch, job -> held, GRACE);
    return batch.stream().map(NewJob::id).toList();
  }
}
