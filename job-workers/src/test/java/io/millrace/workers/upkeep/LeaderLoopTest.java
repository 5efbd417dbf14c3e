package io.millrace.workers.upkeep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.Time;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LeaderLoopTest {
  private final FakeTime time = new FakeTime();
  private final FakeOffice office = new FakeOffice();
  private final LeaderLoop loop = new LeaderLoop(office, "me", time);

  @Test
  void leads_beforeItAsked_isFalse() {
    assertThat(loop.leads()).isFalse();
    assertThat(loop.holder()).isNull();
  }

  @Test
  void tick_officeIsFree_leadsForATermFromWhenItAsked() throws SQLException {
    office.answerTakes = Duration.ofMillis(500);
    loop.tick();
    assertThat(loop.holder()).isEqualTo("me");
    assertThat(loop.leads()).isTrue();
    time.pass(LeaderLoop.TERM.minusMillis(501));
    assertThat(loop.leads()).isTrue();
    time.pass(Duration.ofMillis(1));
    assertThat(loop.leads()).isFalse();
  }

  @Test
  void tick_databaseAway_leadsNoLongerThanItsTerm() throws SQLException {
    loop.tick();
    office.away = true;
    time.pass(Duration.ofSeconds(2));
    assertThatThrownBy(loop::tick).isInstanceOf(SQLException.class);
    assertThat(loop.leads()).isTrue();
    time.pass(Duration.ofSeconds(1));
    assertThat(loop.leads()).isFalse();
  }

  @Test
  void tick_anotherHolds_leadsNot() throws SQLException {
    loop.tick();
    office.holder = "other";
    loop.tick();
    assertThat(loop.leads()).isFalse();
    assertThat(loop.holder()).isEqualTo("other");
  }

  @Test
  void stopped_givesTheOfficeUp() throws SQLException {
    loop.tick();
    loop.stopped();
    assertThat(loop.leads()).isFalse();
    assertThat(office.holder).isNull();
  }

  @Test
  void ledChore_runsAtOnceOnTakeoverThenAfterItsPause() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    boolean[] leads = {false};
    LedChore chore =
        new LedChore(() -> leads[0], time, Duration.ofHours(1), () -> runs.incrementAndGet() == 1);
    assertThat(chore.run()).isFalse();
    assertThat(runs).hasValue(0);
    leads[0] = true;
    assertThat(chore.run()).as("more to do").isTrue();
    assertThat(chore.run()).isFalse();
    chore.run();
    time.pass(Duration.ofMinutes(59));
    chore.run();
    assertThat(runs).hasValue(2);
    time.pass(Duration.ofMinutes(1));
    chore.run();
    assertThat(runs).hasValue(3);
    leads[0] = false;
    chore.run();
    leads[0] = true;
    chore.run();
    assertThat(runs).as("led anew").hasValue(4);
  }

  private static final class FakeTime implements Time {
    private long nanos = -7;

    void pass(Duration duration) {
      nanos += duration.toNanos();
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

  private final class FakeOffice implements LeaderLoop.Office {
    private @Nullable String holder;
    private Duration answerTakes = Duration.ZERO;
    private boolean away;

    @Override
    public @Nullable String hold(String asking, Duration term) throws SQLException {
      if (away) {
        throw new SQLException("away");
      }
      time.pass(answerTakes);
      holder = holder == null ? asking : holder;
      return holder;
    }

    @Override
    public void release(String asking) {
      holder = asking.equals(holder) ? null : holder;
    }
  }
}
