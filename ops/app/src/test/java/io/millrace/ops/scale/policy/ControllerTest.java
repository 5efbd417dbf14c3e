package io.millrace.ops.scale.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.ops.scale.policy.Controller.Decided;
import io.millrace.ops.scale.policy.Reading.Measured;
import io.millrace.ops.scale.policy.Reading.Missing;
import java.util.List;
import org.junit.jupiter.api.Test;

class ControllerTest {
  private static final long NOW = Pool.NOW;
  private static final long PERIOD = 5_000;

  private FleetState state = FleetState.of(4);
  private long now = NOW;

  @Test
  void decide_nothingMeasured_holdsAndSaysWhy() {
    Decision decision = decide(controller(0, 20), new Missing("the API does not answer"));
    assertThat(decision.move()).isEqualTo(Decision.Move.HOLD);
    assertThat(decision.to()).isEqualTo(4);
    assertThat(decision.reason()).isEqualTo("holds at 4: the API does not answer");
    assertThat(decision.signals()).isNull();
  }

  @Test
  void decide_oldFigures_hold() {
    now += 16_000;
    Decision decision =
        decide(controller(0, 20), new Measured(Pool.QUIET.at(NOW).ready(50_000).signals()));
    assertThat(decision.to()).isEqualTo(4);
    assertThat(decision.reason()).contains("16 s old").contains("limit is 15 s");
  }

  @Test
  void decide_largeBacklog_growsAtOnceInStepsToTheMost() {
    Controller controller = controller(1, 20);
    assertThat(step(controller, Pool.QUIET.ready(50_000)).to()).isEqualTo(8);
    assertThat(step(controller, Pool.QUIET.ready(50_000)).to()).isEqualTo(16);
    Decision last = step(controller, Pool.QUIET.ready(50_000));
    assertThat(last.to()).isEqualTo(20);
    assertThat(last.wished()).isEqualTo(209);
    assertThat(step(controller, Pool.QUIET.ready(50_000)).reason()).endsWith("the most is 20");
  }

  @Test
  void decide_idle_shrinksAfterTheWindowInSmallStepsWithPauses() {
    state = FleetState.of(8);
    Controller controller = controller(1, 20);
    int downs = 0;
    long lastDown = 0;
    for (int i = 0; i < 120; i++) {
      Decision decision = step(controller, Pool.QUIET);
      if (decision.move() == Decision.Move.DOWN) {
        downs++;
        assertThat(decision.atMillis() - NOW).isGreaterThanOrEqualTo(105_000);
        assertThat(decision.from() - decision.to()).isLessThanOrEqualTo(2);
        assertThat(decision.atMillis() - lastDown).isGreaterThanOrEqualTo(30_000);
        lastDown = decision.atMillis();
      }
    }
    assertThat(state.desired()).isEqualTo(1);
    assertThat(downs).isBetween(5, 7);
  }

  @Test
  void decide_oneHighWishInTheWindow_keepsTheFleet() {
    Controller controller = controller(1, 20);
    for (int i = 0; i < 100; i++) {
      step(controller, i % 20 == 0 ? Pool.QUIET.arrivals(25.6) : Pool.QUIET);
    }
    assertThat(state.desired()).isEqualTo(4);
  }

  @Test
  void decide_gapOfReadings_doesNotShrinkOnTheFirstLowOne() {
    Controller controller = controller(1, 20);
    step(controller, Pool.QUIET.arrivals(25.6));
    now += 600_000;
    assertThat(step(controller, Pool.QUIET).reason()).contains("waits");
    assertThat(state.desired()).isEqualTo(4);
  }

  @Test
  void decide_runningJobs_keepTheirWorkers() {
    Controller controller = controller(1, 20);
    for (int i = 0; i < 200; i++) {
      step(controller, Pool.QUIET.running(12));
    }
    assertThat(state.desired()).isEqualTo(3);
  }

  @Test
  void decide_leastIsNone_sleepsAfterFiveIdleMinutesAndWakesAtOnce() {
    Controller controller = controller(0, 20);
    long slept = -1;
    for (int i = 0; i < 200; i++) {
      Decision decision = step(controller, Pool.QUIET);
      slept = slept < 0 && decision.to() == 0 ? decision.atMillis() - NOW : slept;
    }
    assertThat(slept).isBetween(300_000L, 320_000L);
    Decision woken = step(controller, Pool.QUIET.ready(1));
    assertThat(woken.to()).isEqualTo(1);
    assertThat(woken.reason()).endsWith("wakes the pool");
  }

  @Test
  void decide_floorOfTheHour_isTheLeast() {
    // NOW is a Tuesday, 22:13 in UTC
    Rules rules =
        Rules.between(1, 20).withFloors(List.of(Floor.parse("mon-fri 22:00-23:00 UTC 6")));
    Controller controller = new Controller(Policy.TargetDrain.DEFAULT, rules, Controller.STALE);
    assertThat(step(controller, Pool.QUIET).to()).isEqualTo(6);
    assertThat(step(controller, Pool.QUIET).reason()).endsWith("the least is 6");
  }

  @Test
  void rules_minAboveMax_areRefused() {
    assertThatThrownBy(() -> Rules.between(5, 4))
        .hasMessage("min is 5; it must be at most max, which is 4");
    assertThatThrownBy(() -> Rules.between(0, 0)).hasMessageContaining("max is 0");
  }

  private static Controller controller(int min, int max) {
    return new Controller(
        Policy.TargetDrain.DEFAULT, Rules.between(min, max), Controller.STALE);
  }

  /** A reading of now, and five seconds go by. */
  private Decision step(Controller controller, Pool pool) {
    Decision decision = decide(controller, new Measured(pool.at(now).signals()));
    now += PERIOD;
    return decision;
  }

  private Decision decide(Controller controller, Reading reading) {
    Decided decided = controller.decide(state, reading, now);
    state = decided.state();
    return decided.decision();
  }
}
