package io.millrace.ops.scale.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.ops.scale.policy.Rules;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContestTest {
  private static final Plant PLANT = new Plant(4, 4_000, 30_000, 1);
  private static final double RUN_SECONDS = 0.5;

  @Test
  void play_hourlyPatterns_targetDrainIsLateLessOftenThanStepForFewerWorkerHours() {
    double drainHours = 0;
    double stepHours = 0;
    for (Pattern pattern : EnumSet.complementOf(EnumSet.of(Pattern.DIURNAL))) {
      List<Score> scores = contest().play(pattern.draw(RUN_SECONDS, 7));
      Score drain = named(scores, "target-drain");
      Score step = named(scores, "step");
      assertThat(drain.late()).as(drain.trace()).isLessThanOrEqualTo(step.late());
      assertThat(drain.workerHours()).isGreaterThanOrEqualTo(drain.leastHours());
      drainHours += drain.workerHours();
      stepHours += step.workerHours();
    }
    assertThat(drainHours).isLessThan(stepHours);
  }

  @Test
  void play_oneBurst_turnsOnce() {
    Score drain = named(contest().play(Pattern.BURST.draw(RUN_SECONDS, 3)), "target-drain");
    assertThat(drain.turns()).isEqualTo(1);
  }

  @Test
  void play_jobsLongerThanAPodsGrace_areInterruptedByOthersAlone() {
    int[] runs = new int[40];
    Arrays.fill(runs, 900_000);
    List<Score> scores =
        contest().play(new Trace("long", new long[runs.length], runs, 3_600_000, -1, -1));
    assertThat(named(scores, "keda-hpa").interrupted()).isPositive();
    assertThat(scores.stream().filter(score -> !score.policy().equals("keda-hpa")))
        .allSatisfy(score -> assertThat(score.interrupted()).as(score.policy()).isZero());
  }

  @Test
  void play_sameSeed_sameScores() {
    Trace trace = Pattern.SPIKES.draw(RUN_SECONDS, 5);
    assertThat(contest().play(trace)).isEqualTo(contest().play(Pattern.SPIKES.draw(RUN_SECONDS, 5)));
  }

  @Test
  void play_fleetAtRest_costsTheLeastNumberOfWorkers() {
    Trace empty = new Trace("empty", new long[0], new int[0], 3_600_000, -1, -1);
    Score drain = named(contest().play(empty), "target-drain");
    assertThat(drain.workerHours()).isEqualTo(1);
    assertThat(drain.lateShare()).isZero();
  }

  private static Contest contest() {
    return new Contest(PLANT, Rules.between(1, 20));
  }

  private static Score named(List<Score> scores, String policy) {
    return scores.stream().filter(score -> score.policy().equals(policy)).findFirst().orElseThrow();
  }
}
