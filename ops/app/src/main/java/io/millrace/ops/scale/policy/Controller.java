package io.millrace.ops.scale.policy;

import io.millrace.ops.scale.policy.Policy.Predictive;
import io.millrace.ops.scale.policy.Reading.Measured;
import io.millrace.ops.scale.policy.Reading.Missing;
import java.time.Duration;
import java.util.Locale;

/**
 * A policy within rules. A wish for more passes at once or after its window; a wish for less only
 * when every wish of its window was lower, by more than the dead band, in small steps, and never
 * below what the running jobs keep busy. What was not measured, or too long ago, changes nothing.
 *
 * @param policy what it wishes by
 * @param rules what it may do
 * @param stale a reading older than this counts as missing
 */
public record Controller(Policy policy, Rules rules, Duration stale) {
  /** Three periods of 5 s. */
  public static final Duration STALE = Duration.ofSeconds(15);

  /** A decision and what to remember with it. */
  public record Decided(FleetState state, Decision decision) {}

  /** A number of workers and a clause that says what the rules did; may be empty. */
  private record Let(int workers, String clause) {}

  /** Decides. */
  public Decided decide(FleetState state, Reading reading, long nowMillis) {
    return switch (reading) {
      case Missing(String reason) -> hold(state, nowMillis, reason);
      case Measured(Signals signals)
          when nowMillis - signals.atMillis() > stale.toMillis() ->
          hold(
              state,
              nowMillis,
              String.format(
                  Locale.ROOT,
                  "the figures are %d s old, the limit is %d s",
                  (nowMillis - signals.atMillis()) / 1000,
                  stale.toSeconds()));
      case Measured(Signals signals) -> decide(state, signals, nowMillis);
    };
  }

  private Decided hold(FleetState state, long nowMillis, String reason) {
    int kept = state.desired();
    return new Decided(
        state,
        new Decision(
            nowMillis,
            policy.name(),
            kept,
            kept,
            kept,
            "holds at " + kept + ": " + reason,
            null));
  }

  private Decided decide(FleetState before, Signals signals, long nowMillis) {
    FleetState seen = before.seen(signals, trend(before.trend(), signals));
    int current = seen.desired();
    Wish wish = Wishes.of(policy, signals, current, seen.trend());
    int bounded = Math.clamp(wish.workers(), rules.floorAt(nowMillis), rules.max());
    long longest = Math.max(rules.upWindow().toMillis(), rules.downWindow().toMillis());
    FleetState state = seen.wished(nowMillis, bounded, nowMillis - longest);
    Let let =
        current == 0 && !signals.idle()
            ? new Let(Math.max(1, up(state, current, bounded, nowMillis).workers()), "wakes the pool")
            : bounded > current
                ? up(state, current, bounded, nowMillis)
                : bounded < current ? down(state, signals, bounded, nowMillis) : same(wish, current);
    Let last = outOfBounds(let);
    String reason =
        last.clause().isEmpty() ? wish.reason() : wish.reason() + "; " + last.clause();
    return new Decided(
        state.decided(nowMillis, last.workers()),
        new Decision(
            nowMillis, policy.name(), current, wish.workers(), last.workers(), reason, signals));
  }

  private Trend trend(Trend trend, Signals signals) {
    return policy instanceof Predictive p ? trend.with(signals, p.level(), p.trend()) : trend;
  }

  private Let same(Wish wish, int current) {
    return new Let(
        current,
        wish.workers() > current
            ? "the most is " + current
            : wish.workers() < current ? "the least is " + current : "");
  }

  private Let up(FleetState state, int current, int bounded, long now) {
    long since = now - rules.upWindow().toMillis();
    int lowest = bounded;
    for (FleetState.Past past : state.wishes()) {
      lowest = past.atMillis() >= since ? Math.min(lowest, past.workers()) : lowest;
    }
    if (lowest <= current) {
      return new Let(
          current, "waits until that has stood for " + rules.upWindow().toSeconds() + " s");
    }
    int step = (int) Math.max(current + (long) rules.upLeast(), (long) (current * rules.upFactor()));
    int next = Math.min(lowest, step);
    return new Let(next, next < bounded ? "in one step to " + next : "");
  }

  private Let down(FleetState state, Signals signals, int bounded, long now) {
    int current = state.desired();
    if (current - bounded <= rules.deadBand() * current && bounded > 0) {
      return new Let(current, "too little less to change anything");
    }
    int highest = highest(state, now);
    if (highest >= current) {
      return new Let(
          current,
          "waits: within the last " + rules.downWindow().toSeconds() + " s it was " + highest);
    }
    if (state.changedMillis() > 0
        && now - state.changedMillis() < rules.coolDown().toMillis()) {
      return new Let(current, "the last change is less than " + rules.coolDown().toSeconds() + " s ago");
    }
    int leaving = Math.max(1, (int) (current * rules.downShare()));
    int next = Math.max(Math.max(highest, current - leaving), signals.busyWorkers());
    if (next >= current) {
      return new Let(current, "all its workers have jobs in hand");
    }
    if (next == 0 && now - state.busyMillis() < rules.sleepAfter().toMillis()) {
      return current == 1
          ? new Let(1, "sleeps when no job has come for " + rules.sleepAfter().toSeconds() + " s")
          : new Let(1, "");
    }
    return new Let(next, next > bounded ? "in one step to " + next : "");
  }

  /**
   * The highest wish of the down window; at least the current number while the window is not full,
   * which it is not after a time without readings either.
   */
  private int highest(FleetState state, long now) {
    long since = now - rules.downWindow().toMillis();
    int highest = 0;
    for (FleetState.Past past : state.wishes()) {
      highest = past.atMillis() >= since ? Math.max(highest, past.workers()) : highest;
    }
    boolean full = state.wishes().getFirst().atMillis() <= since + stale.toMillis();
    return full ? highest : Math.max(highest, state.desired());
  }

  private Let outOfBounds(Let let) {
    if (let.workers() > rules.max()) {
      return new Let(rules.max(), "the most is " + rules.max());
    }
    return let.workers() < rules.min()
        ? new Let(rules.min(), "the least is " + rules.min())
        : let;
  }
}
