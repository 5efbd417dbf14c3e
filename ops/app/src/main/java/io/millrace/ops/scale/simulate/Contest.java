package io.millrace.ops.scale.simulate;

import io.millrace.ops.scale.policy.Controller;
import io.millrace.ops.scale.policy.Policy;
import io.millrace.ops.scale.policy.Reading;
import io.millrace.ops.scale.policy.Rules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** All policies, and what others do, on the same trace and the same plant. */
public final class Contest {
  private final Plant plant;
  private final Rules rules;

  public Contest(Plant plant, Rules rules) {
    this.plant = plant;
    this.rules = rules;
  }

  /** The scores, in a fixed order: ours, then the others. */
  public List<Score> play(Trace trace) {
    int begin = Math.max(1, rules.min());
    List<Score> scores = new ArrayList<>();
    for (Scaler scaler : scalers(begin, acceptable(trace))) {
      int workers = scaler instanceof Scaler.Fixed ? scaler.desired(NOTHING, 0) : begin;
      scores.add(Simulation.play(trace, scaler, plant, workers));
    }
    return scores;
  }

  private static final Reading NOTHING =
      new Reading.Missing("nothing was read");

  /** Jobs that one worker clears within the target: what operators are advised to set. */
  private long acceptable(Trace trace) {
    double runSeconds = trace.work() / Math.max(1, trace.jobs());
    double seconds = plant.targetMillis() / 1000.0;
    return Math.max(1, Math.round(plant.slots() * seconds / Math.max(0.001, runSeconds)));
  }

  private List<Scaler> scalers(int begin, long acceptable) {
    Duration target = Duration.ofMillis(plant.targetMillis());
    Duration start = Duration.ofMillis(plant.startMillis());
    Policy.TargetDrain drain =
        new Policy.TargetDrain(
            target,
            Policy.TargetDrain.DEFAULT.load(),
            start,
            Policy.TargetDrain.DEFAULT.assumedRun(),
            1);
    Policy.Predictive usual = Policy.Predictive.DEFAULT;
    Policy predictive =
        new Policy.Predictive(
            drain, usual.horizon(), usual.above(), usual.below(), usual.level(), usual.trend());
    List<Scaler> scalers = new ArrayList<>();
    for (Policy policy : List.of(drain, predictive, Policy.Step.DEFAULT, Policy.Cpu.DEFAULT)) {
      scalers.add(
          new Scaler.ByController(new Controller(policy, rules, Controller.STALE), begin));
    }
    scalers.add(new Scaler.KedaLike(rules, acceptable, begin));
    scalers.add(new Scaler.Fixed(rules.max()));
    return scalers;
  }
}
