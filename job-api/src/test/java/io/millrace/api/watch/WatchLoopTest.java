package io.millrace.api.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.JobEvent;
import io.millrace.runtime.Time;
import io.millrace.store.EventStore.Head;
import io.millrace.store.EventStore.Page;
import io.millrace.store.EventStore.Position;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WatchLoopTest {
  private final FakeLog log = new FakeLog();
  private final FakeTime time = new FakeTime();
  private final WatchLoop loop = new WatchLoop(log, 100, time);
  private final UUID job = new UUID(1, 1);

  @Test
  void watch_newWatcher_isToldAtOnceWithoutWaitingForThePoll() throws Exception {
    log.logs.put(job, 3);
    Recorder recorder = watch(job, 0);
    loop.tick();
    assertThat(recorder.got).containsExactly(1, 2, 3);
  }

  @Test
  void tick_nothingHinted_asksAgainOnlyAfterThePollPause() throws Exception {
    log.logs.put(job, 1);
    Recorder recorder = watch(job, 0);
    loop.tick();
    log.logs.put(job, 2);
    int asked = log.questions;
    loop.tick();
    assertThat(log.questions).isEqualTo(asked);
    time.advance(Duration.ofMillis(300));
    loop.tick();
    assertThat(recorder.got).containsExactly(1, 2);
  }

  @Test
  void look_hintOfAWatchedJob_readsItAtOnce() throws Exception {
    log.logs.put(job, 1);
    Recorder recorder = watch(job, 0);
    loop.tick();
    log.logs.put(job, 2);
    loop.look(job);
    loop.look(new UUID(9, 9));
    loop.tick();
    assertThat(recorder.got).containsExactly(1, 2);
    assertThat(log.askedLast).containsExactly(job);
  }

  @Test
  void tick_longLog_comesPageByPageInOrder() throws Exception {
    log.logs.put(job, 250);
    Recorder recorder = watch(job, 0);
    Duration pause = loop.tick();
    assertThat(pause).isZero();
    loop.tick();
    loop.tick();
    assertThat(recorder.got).isEqualTo(IntStream.rangeClosed(1, 250).boxed().toList());
  }

  @Test
  void tick_twoReadersAtDifferentPlaces_eachGetsItsOwnOnce() throws Exception {
    log.logs.put(job, 120);
    Recorder first = watch(job, 0);
    Recorder second = watch(job, 110);
    for (int i = 0; i < 5; i++) {
      loop.tick();
    }
    assertThat(first.got).isEqualTo(IntStream.rangeClosed(1, 120).boxed().toList());
    assertThat(second.got).isEqualTo(IntStream.rangeClosed(111, 120).boxed().toList());
  }

  @Test
  void tick_readerThatIsNotReady_costsNoReadingAndGoesOnWhenItIs() throws Exception {
    log.logs.put(job, 5);
    Recorder slow = watch(job, 0);
    slow.ready = false;
    loop.tick();
    assertThat(slow.got).isEmpty();
    assertThat(log.pagesRead).isZero();
    slow.ready = true;
    loop.look(job);
    loop.tick();
    assertThat(slow.got).containsExactly(1, 2, 3, 4, 5);
  }

  @Test
  void tick_databaseFails_nothingHintedIsForgotten() throws Exception {
    log.logs.put(job, 1);
    Recorder recorder = watch(job, 0);
    log.broken = true;
    assertThatThrownBy(loop::tick).isInstanceOf(SQLException.class);
    log.broken = false;
    loop.tick();
    assertThat(recorder.got).containsExactly(1);
  }

  @Test
  void tick_jobIsGone_endsItsWatchers() throws Exception {
    Recorder recorder = watch(job, 0);
    loop.tick();
    assertThat(recorder.ended).isTrue();
  }

  @Test
  void tick_thousandsOfJobs_areAskedForInChunks() throws Exception {
    WatchLoop large = new WatchLoop(log, 10_000, time);
    for (int i = 0; i < 2_500; i++) {
      UUID id = new UUID(2, i);
      log.logs.put(id, 1);
      assertThat(large.watch("t", id, new Recorder(large, id, 1))).isTrue();
    }
    large.tick();
    assertThat(log.questions).isEqualTo(3);
    assertThat(log.largest).isEqualTo(1_000);
  }

  @Test
  void watch_beyondTheCapacity_isRefusedUntilOneLeaves() {
    WatchLoop small = new WatchLoop(log, 1, time);
    Recorder one = new Recorder(small, job, 0);
    Recorder two = new Recorder(small, job, 0);
    assertThat(small.watch("t", job, one)).isTrue();
    assertThat(small.watch("t", job, two)).isFalse();
    small.unwatch(job, one);
    small.unwatch(job, one);
    assertThat(small.watching()).isZero();
    assertThat(small.watch("t", job, two)).isTrue();
  }

  @Test
  void watch_sameJobAsAnotherTenant_isRefused() {
    assertThat(loop.watch("t", job, new Recorder(loop, job, 0))).isTrue();
    assertThat(loop.watch("other", job, new Recorder(loop, job, 0))).isFalse();
    assertThat(loop.watching()).isEqualTo(1);
  }

  @Test
  void endAll_tellsAllAndTakesNoMore() {
    Recorder recorder = watch(job, 0);
    loop.endAll();
    assertThat(recorder.ended).isTrue();
    assertThat(loop.watch("t", job, new Recorder(loop, job, 0))).isFalse();
  }

  @Test
  void await_jobGoesBeyondTheNumber_returnsTrue() throws Exception {
    log.logs.put(job, 4);
    loop.start();
    try {
      assertThat(Waiter.await(loop, "t", job, 3, 10)).isTrue();
      assertThat(Waiter.await(loop, "t", job, 4, 0)).isFalse();
    } finally {
      loop.close();
    }
    assertThat(loop.watching()).isZero();
  }

  @Test
  void await_forTheEnd_isNotContentWithAMove() throws Exception {
    log.logs.put(job, 4);
    loop.start();
    try {
      assertThat(Waiter.await(loop, "t", job, Integer.MAX_VALUE, 0)).isFalse();
      log.ended = true;
      assertThat(Waiter.await(loop, "t", job, Integer.MAX_VALUE, 10)).isTrue();
    } finally {
      loop.close();
    }
  }

  @Test
  void onFirst_runsWhenTheFirstComesAndNotForTheNext() {
    List<String> ran = new ArrayList<>();
    loop.onFirst(() -> ran.add("ran"));
    Recorder recorder = watch(job, 0);
    watch(job, 0);
    assertThat(ran).hasSize(1);
    assertThat(recorder.ended).isFalse();
  }

  private Recorder watch(UUID id, int position) {
    Recorder recorder = new Recorder(loop, id, position);
    assertThat(loop.watch("t", id, recorder)).isTrue();
    return recorder;
  }

  /** A reader that remembers the numbers it got. */
  private static final class Recorder implements Watcher {
    private final WatchLoop loop;
    private final UUID id;
    private final List<Integer> got = new ArrayList<>();
    private int position;
    private boolean ready = true;
    private boolean ended;

    Recorder(WatchLoop loop, UUID id, int position) {
      this.loop = loop;
      this.id = id;
      this.position = position;
    }

    @Override
    public int position() {
      return position;
    }

    @Override
    public boolean isReady() {
      return ready;
    }

    @Override
    public void head(Head head) {
      assertThat(head.id()).isEqualTo(id);
    }

    @Override
    public void page(Page page) {
      for (JobEvent event : page.events()) {
        if (event.n() > position) {
          got.add(event.n());
          position = event.n();
        }
      }
    }

    @Override
    public void pulse() {
      assertThat(loop.watching()).isPositive();
    }

    @Override
    public void end() {
      ended = true;
      loop.unwatch(id, this);
    }
  }

  /** Logs that have the numbers 1 to n. */
  private static final class FakeLog implements JobLog {
    private final Map<UUID, Integer> logs = new HashMap<>();
    private List<UUID> askedLast = List.of();
    private volatile boolean ended;
    private boolean broken;
    private int questions;
    private int pagesRead;
    private int largest;

    @Override
    public List<Head> heads(List<Position> jobs) throws SQLException {
      if (broken) {
        throw new SQLException("away");
      }
      if (!jobs.isEmpty()) {
        questions++;
      }
      largest = Math.max(largest, jobs.size());
      askedLast = jobs.stream().map(Position::id).toList();
      return jobs.stream()
          .filter(p -> logs.containsKey(p.id()))
          .map(p -> new Head(p.id(), last(p.id()), ended))
          .toList();
    }

    @Override
    public List<Page> pages(List<Position> positions, int limit) {
      pagesRead++;
      return positions.stream()
          .map(
              p -> {
                int last = last(p.id());
                return new Page(
                    new Head(p.id(), last, ended),
                    IntStream.rangeClosed(p.after() + 1, Math.min(last, p.after() + limit))
                        .mapToObj(n -> event(p.id(), n))
                        .toList());
              })
          .toList();
    }

    private int last(UUID id) {
      return logs.getOrDefault(id, 0);
    }

    private static JobEvent event(UUID id, int n) {
      return new JobEvent(id, "t", "echo", n, Instant.EPOCH, JobEvent.PROGRESS, 1, null);
    }
  }

  private static final class FakeTime implements Time {
    private volatile long nanos;

    void advance(Duration by) {
      nanos += by.toNanos();
    }

    @Override
    public Instant now() {
      return Instant.EPOCH.plusNanos(nanos);
    }

    @Override
    public long nanos() {
      return nanos;
    }
  }
}
