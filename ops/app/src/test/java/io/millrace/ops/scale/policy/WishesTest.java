package io.millrace.ops.scale.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WishesTest {
  @ParameterizedTest
  @CsvSource({
    "0, 4, 2", "9, 4, 2", "9, 1, 0", "10, 4, 4", "1000, 4, 4", "1001, 4, 9", "100000, 4, 9"
  })
  void step_backlog_addsAboveAndRemovesBelow(long ready, int current, int expected) {
    assertThat(wish(Policy.Step.DEFAULT, Pool.QUIET.ready(ready).signals(), current).workers())
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"0.81, 5", "0.8, 4", "0.3, 4", "0.29, 3", "-1, 4"})
  void cpu_share_movesByOne(double share, int expected) {
    Wish wish = wish(Policy.Cpu.DEFAULT, Pool.QUIET.cpu(share).signals(), 4);
    assertThat(wish.workers()).isEqualTo(expected);
    assertThat(wish.reason()).contains(share < 0 ? "not measured" : "processors in use");
  }

  /** One worker does 8 jobs/s; 0.8 of its slots may be in use; 30 s; starting takes 4 s. */
  @ParameterizedTest
  @CsvSource({
    // arrivals alone: 6.4/s for each worker
    "0, 0, 0, 0, 0",
    "0, 0, 0, 6.4, 1",
    "0, 0, 0, 6.5, 2",
    "0, 0, 0, 64, 10",
    // a backlog alone: 240 jobs for each worker
    "240, 0, 0, 0, 1",
    "241, 0, 0, 0, 2",
    "2400, 0, 0, 0, 10",
    // both: (8 + (2400 + 8 x 4) / 30) / 8
    "2400, 0, 0, 8, 12",
    // jobs that have waited 15 s leave 15 s, and late ones a quarter of the target
    "2400, 15, 0, 0, 20",
    "2400, 300, 0, 0, 40",
    // running jobs keep their workers
    "0, 0, 33, 0, 9"
  })
  void targetDrain_table_followsLittlesLaw(
      long ready, double oldest, long running, double arrivals, int expected) {
    Signals signals =
        Pool.QUIET.ready(ready).oldest(oldest).running(running).arrivals(arrivals).signals();
    assertThat(wish(Policy.TargetDrain.DEFAULT, signals, 3).workers()).isEqualTo(expected);
  }

  @Test
  void targetDrain_nothingHasRun_assumesAndSaysSo() {
    Signals signals =
        new Signals(
            Pool.NOW, 240, 0, 0, 0, 0, 0, OptionalDouble.empty(), 4, 1, OptionalDouble.empty());
    Wish wish = wish(Policy.TargetDrain.DEFAULT, signals, 1);
    assertThat(wish.workers()).isEqualTo(2);
    assertThat(wish.reason()).contains("(assumed)").contains("240 jobs wait");
  }

  @Test
  void predictive_risingArrivals_wishesAheadOfTheBacklog() {
    Policy.Predictive policy = Policy.Predictive.DEFAULT;
    Trend trend = Trend.NONE;
    Signals last = Pool.QUIET.signals();
    for (int i = 0; i <= 60; i++) {
      last = Pool.QUIET.at(Pool.NOW + i * 5_000L).arrivals(i).signals();
      trend = trend.with(last, policy.level(), policy.trend());
    }
    int now = wish(Policy.TargetDrain.DEFAULT, last, 10).workers();
    assertThat(now).isEqualTo(10);
    assertThat(Wishes.of(policy, last, 10, trend).workers()).isGreaterThan(now);
  }

  @Test
  void trend_gapInTheReadings_beginsAnew() {
    Trend trend = Trend.NONE.with(Pool.QUIET.arrivals(100).signals(), 0.3, 0.1);
    Signals later = Pool.QUIET.at(Pool.NOW + 121_000).arrivals(5).signals();
    assertThat(trend.with(later, 0.3, 0.1)).isEqualTo(new Trend(Pool.NOW + 121_000, 5, 0));
  }

  @Test
  void settings_outOfRange_areRefusedByName() {
    assertThatThrownBy(() -> new Policy.Step(10, 5, 10, 2))
        .hasMessage("above is 10; it must be more than below, which is 10");
    assertThatThrownBy(() -> new Policy.Cpu(0.8, 0.8)).hasMessageContaining("below is 0.8");
    assertThatThrownBy(() -> Policy.TargetDrain.within(Duration.ZERO))
        .hasMessage("target is PT0S; it must be 1 s or more");
  }

  private static Wish wish(Policy policy, Signals signals, int current) {
    return Wishes.of(policy, signals, current, Trend.NONE);
  }
}
