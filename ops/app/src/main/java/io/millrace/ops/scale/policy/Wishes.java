package io.millrace.ops.scale.policy;

import static java.lang.String.format;

import io.millrace.ops.scale.policy.Policy.Cpu;
import io.millrace.ops.scale.policy.Policy.Predictive;
import io.millrace.ops.scale.policy.Policy.Step;
import io.millrace.ops.scale.policy.Policy.TargetDrain;
import java.time.Duration;
import java.util.Locale;

/** What the policies wish for. */
final class Wishes {
  private static final int MOST = 1_000_000;

  private Wishes() {}

  /**
   * A policy's wish.
   *
   * @param current workers that were last decided for
   * @param trend of the arrivals, this reading among them
   */
  static Wish of(Policy policy, Signals signals, int current, Trend trend) {
    return switch (policy) {
      case Step step -> step(step, signals, current);
      case Cpu cpu -> cpu(cpu, signals, current);
      case TargetDrain drain -> drain(drain, signals, signals.arrivalsPerSecond());
      case Predictive predictive -> predictive(predictive, signals, current, trend);
    };
  }

  private static Wish step(Step step, Signals signals, int current) {
    long backlog = signals.ready();
    if (backlog > step.above()) {
      return new Wish(
          current + step.add(),
          text("%,d jobs wait, more than %,d: %d more", backlog, step.above(), step.add()));
    }
    if (backlog < step.below()) {
      return new Wish(
          Math.max(0, current - step.remove()),
          text("%,d jobs wait, fewer than %,d: %d less", backlog, step.below(), step.remove()));
    }
    return new Wish(
        current,
        text("%,d jobs wait, between %,d and %,d", backlog, step.below(), step.above()));
  }

  private static Wish cpu(Cpu cpu, Signals signals, int current) {
    if (signals.cpu().isEmpty()) {
      return new Wish(current, "the workers' processors were not measured");
    }
    double used = signals.cpu().getAsDouble();
    if (used > cpu.above()) {
      return new Wish(current + 1, text("processors in use by %.2f, above %.2f", used, cpu.above()));
    }
    if (used < cpu.below()) {
      return new Wish(
          Math.max(0, current - 1), text("processors in use by %.2f, below %.2f", used, cpu.below()));
    }
    return new Wish(
        current,
        text("processors in use by %.2f, between %.2f and %.2f", used, cpu.below(), cpu.above()));
  }

  private static Wish drain(TargetDrain drain, Signals signals, double arrivals) {
    double run = run(drain, signals);
    double rate = signals.slotsPerWorker() / run;
    double steady = arrivals / (rate * drain.load());
    double backlog =
        drain.weight() * (signals.ready() + signals.dueSoon())
            + signals.arrivalsLately() * seconds(drain.start());
    boolean waiting = signals.ready() + signals.dueSoon() > 0;
    double lately = Math.max(arrivals, signals.arrivalsLately());
    double clearing = waiting ? (lately + backlog / left(drain, signals)) / rate : 0;
    int workers = Math.max(signals.busyWorkers(), up(Math.max(steady, clearing)));
    String each =
        text(
            "%s jobs/s arrive, one worker does %s/s%s",
            number(arrivals), number(rate), signals.runSeconds().isEmpty() ? " (assumed)" : "");
    String why =
        workers == signals.busyWorkers() && workers > up(Math.max(steady, clearing))
            ? text("%,d jobs run and keep %d workers busy", signals.running(), workers)
            : clearing >= steady
                ? text(
                    "%,d jobs wait and shall be gone within %s s",
                    signals.ready() + signals.dueSoon(), number(left(drain, signals)))
                : text("slots in use by %.2f", drain.load());
    return new Wish(workers, each + "; " + why + ": " + workers);
  }

  private static Wish predictive(Predictive policy, Signals signals, int current, Trend trend) {
    Wish base = drain(policy.base(), signals, trend.level());
    double ahead = trend.ahead(policy.horizon());
    double rate = signals.slotsPerWorker() / run(policy.base(), signals);
    double capacity = current * rate;
    int fitting = up(ahead / (rate * policy.above()));
    String forecast =
        text(
            "%s jobs/s expected in %d s, the fleet does %s/s",
            number(ahead), policy.horizon().toSeconds(), number(capacity));
    if (ahead > policy.above() * capacity && fitting > base.workers()) {
      return new Wish(fitting, text("%s, above %.2f of it: %d", forecast, policy.above(), fitting));
    }
    if (ahead >= policy.below() * capacity && base.workers() < current) {
      return new Wish(current, text("%s, between %.2f and %.2f", forecast, policy.below(), policy.above()));
    }
    return new Wish(Math.max(base.workers(), fitting), base.reason());
  }

  /** What is left of the target for the jobs that have waited longest; at least a quarter of it. */
  private static double left(TargetDrain drain, Signals signals) {
    double target = seconds(drain.target());
    return Math.max(target / 4, target - signals.oldestSeconds());
  }

  private static double run(TargetDrain drain, Signals signals) {
    double measured = signals.runSeconds().orElse(0);
    return measured > 0 ? measured : seconds(drain.assumedRun());
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  private static int up(double workers) {
    return (int) Math.clamp(Math.ceil(workers - 1e-9), 0, MOST);
  }

  private static String number(double value) {
    return value >= 100
        ? format(Locale.ROOT, "%,.0f", value)
        : format(Locale.ROOT, value >= 1 ? "%.1f" : "%.2f", value);
  }

  private static String text(String pattern, Object... values) {
    return format(Locale.ROOT, pattern, values);
  }
}
