package io.millrace.ops.scale.policy;

import java.time.Duration;
import java.util.Locale;

/**
 * A rule that turns signals into a wish for workers. Its records' fields are its settings; each
 * constructor refuses settings that cannot work, by name.
 */
public sealed interface Policy {
  /** Least length of a drain target: one reading's worth. */
  Duration LEAST_TARGET = Duration.ofSeconds(1);

  /** The name by which it is chosen. */
  String name();

  /**
   * Adds workers above a backlog and takes some away below another.
   *
   * @param above jobs; a longer backlog adds workers
   * @param add workers, at least 1
   * @param below jobs, fewer than {@code above}; a shorter backlog takes workers away
   * @param remove workers, at least 1
   */
  record Step(long above, int add, long below, int remove) implements Policy {
    /** 1,000 jobs, 5 workers; 10 jobs, 2 workers. */
    public static final Step DEFAULT = new Step(1000, 5, 10, 2);

    public Step {
      Check.that(add >= 1, "add", add, "1 or more");
      Check.that(remove >= 1, "remove", remove, "1 or more");
      Check.that(below >= 0, "below", below, "0 or more");
      Check.that(above > below, "above", above, "more than below, which is " + below);
    }

    @Override
    public String name() {
      return "step";
    }
  }

  /**
   * Adds a worker above a share of processors in use and takes one away below another.
   *
   * @param above share, to 1
   * @param below share, less than {@code above}
   */
  record Cpu(double above, double below) implements Policy {
    /** Above 0.8, below 0.3. */
    public static final Cpu DEFAULT = new Cpu(0.8, 0.3);

    public Cpu {
      Check.that(above > 0 && above <= 1, "above", above, "more than 0, to 1");
      Check.that(below >= 0 && below < above, "below", below, "from 0 to less than above");
    }

    @Override
    public String name() {
      return "cpu";
    }
  }

  /**
   * Enough workers to clear the backlog within a time while work goes on arriving, and never fewer
   * than the arrivals alone need (Little's law: jobs in service are rate times run time).
   *
   * @param target time in which a backlog should be gone, at least 1 s
   * @param load share of its slots that a worker should have in use, above 0, to 1
   * @param start time from the decision to a new worker's first claim
   * @param assumedRun run time of a job while none has ended
   * @param weight jobs that one waiting job stands for, at least 1: more than 1 where jobs bring
   *     forth further jobs
   */
  record TargetDrain(
      Duration target, double load, Duration start, Duration assumedRun, double weight)
      implements Policy {
    /** Within 30 s, slots in use by 0.8, workers that need 4 s, jobs of 1 s. */
    public static final TargetDrain DEFAULT =
        new TargetDrain(
            Duration.ofSeconds(30), 0.8, Duration.ofSeconds(4), Duration.ofSeconds(1), 1);

    public TargetDrain {
      Check.that(target.compareTo(LEAST_TARGET) >= 0, "target", target, "1 s or more");
      Check.that(load > 0 && load <= 1, "load", load, "more than 0, to 1");
      Check.that(!start.isNegative(), "start", start, "0 s or more");
      Check.that(assumedRun.isPositive(), "assumedRun", assumedRun, "more than 0 s");
      Check.that(weight >= 1, "weight", weight, "1 or more");
    }

    /** The default with another target. */
    public static TargetDrain within(Duration target) {
      return new TargetDrain(
          target, DEFAULT.load, DEFAULT.start, DEFAULT.assumedRun, DEFAULT.weight);
    }

    @Override
    public String name() {
      return "target-drain";
    }
  }

  /**
   * Workers for the arrivals that are forecast, by level and trend (Holt's linear method), and for
   * the backlog as {@link TargetDrain} has it.
   *
   * @param base what the backlog and the running jobs need
   * @param horizon how far ahead, at least 1 s
   * @param above share of the fleet's capacity; a forecast above it adds workers
   * @param below share, less than {@code above}; a forecast below it takes workers away
   * @param level how much of a new reading goes into the level, above 0, to 1
   * @param trend how much of a new change goes into the trend, above 0, to 1
   */
  record Predictive(
      TargetDrain base, Duration horizon, double above, double below, double level, double trend)
      implements Policy {
    /** A minute ahead; above 0.8, below 0.3. */
    public static final Predictive DEFAULT =
        new Predictive(TargetDrain.DEFAULT, Duration.ofSeconds(60), 0.8, 0.3, 0.3, 0.1);

    public Predictive {
      Check.that(horizon.compareTo(LEAST_TARGET) >= 0, "horizon", horizon, "1 s or more");
      Check.that(above > 0 && above <= 1, "above", above, "more than 0, to 1");
      Check.that(below >= 0 && below < above, "below", below, "from 0 to less than above");
      Check.that(level > 0 && level <= 1, "level", level, "more than 0, to 1");
      Check.that(trend > 0 && trend <= 1, "trend", trend, "more than 0, to 1");
    }

    /** The default with another drain target. */
    public static Predictive within(Duration target) {
      return new Predictive(
          TargetDrain.within(target),
          DEFAULT.horizon,
          DEFAULT.above,
          DEFAULT.below,
          DEFAULT.level,
          DEFAULT.trend);
    }

    @Override
    public String name() {
      return "predictive";
    }
  }

  /** Refusals of settings, all in one form. */
  final class Check {
    private Check() {}

    static void that(boolean holds, String field, Object value, String allowed) {
      if (!holds) {
        throw new IllegalArgumentException(
            String.format(Locale.ROOT, "%s is %s; it must be %s", field, value, allowed));
      }
    }
  }
}
