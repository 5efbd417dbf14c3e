package io.millrace.ops.scale.simulate;

import io.millrace.ops.scale.policy.Controller;
import io.millrace.ops.scale.policy.FleetState;
import io.millrace.ops.scale.policy.Reading;
import io.millrace.ops.scale.policy.Reading.Measured;
import io.millrace.ops.scale.policy.Rules;
import java.util.ArrayDeque;
import java.util.Deque;

/** Who decides in a simulation. One object plays one trace, since it remembers. */
abstract sealed class Scaler {
  private final String name;
  private final long periodMillis;

  private Scaler(String name, long periodMillis) {
    this.name = name;
    this.periodMillis = periodMillis;
  }

  String name() {
    return name;
  }

  /** Time from one decision to the next. */
  long periodMillis() {
    return periodMillis;
  }

  /** Whether workers that leave are the idlest and finish their jobs, however long they take. */
  abstract boolean spares();

  abstract int desired(Reading reading, long nowMillis);

  /** The controller of this project, every 5 s as when it scales real workers. */
  static final class ByController extends Scaler {
    private static final long PERIOD_MILLIS = 5_000;

    private final Controller controller;
    private FleetState state;

    ByController(Controller controller, int workers) {
      super(controller.policy().name(), PERIOD_MILLIS);
      this.controller = controller;
      this.state = FleetState.of(workers);
    }

    @Override
    boolean spares() {
      return true;
    }

    @Override
    int desired(Reading reading, long nowMillis) {
      state = controller.decide(state, reading, nowMillis).state();
      return state.desired();
    }
  }

  /** Always as many. */
  static final class Fixed extends Scaler {
    private static final long PERIOD_MILLIS = 60_000;

    private final int workers;

    Fixed(int workers) {
      super("fixed-" + workers, PERIOD_MILLIS);
      this.workers = workers;
    }

    @Override
    boolean spares() {
      return true;
    }

    @Override
    int desired(Reading reading, long nowMillis) {
      return workers;
    }
  }

  /**
   * What KEDA and the horizontal pod autoscaler of Kubernetes do with a queue length, by their
   * defaults: every 15 s the backlog by a target per worker; a tenth of tolerance; up to the double
   * or by four; down by the highest wish of five minutes; any pod may be the one that goes, and it
   * has 30 s (autoscaling/v2, kubernetes 1.35).
   */
  static final class KedaLike extends Scaler {
    private static final long PERIOD_MILLIS = 15_000;
    private static final long WINDOW_MILLIS = 300_000;
    private static final double TOLERANCE = 0.1;
    private static final int UP_LEAST = 4;

    private final int min;
    private final int max;
    private final long perWorker;
    private final Deque<long[]> wishes = new ArrayDeque<>();
    private int current;

    KedaLike(Rules rules, long perWorker, int workers) {
      super("keda-hpa", PERIOD_MILLIS);
      this.min = rules.min();
      this.max = rules.max();
      this.perWorker = perWorker;
      this.current = workers;
    }

    @Override
    boolean spares() {
      return false;
    }

    @Override
    int desired(Reading reading, long nowMillis) {
      if (reading instanceof Measured(var signals)) {
        double ratio = (double) signals.ready() / (perWorker * Math.max(1, current));
        int wish =
            Math.abs(ratio - 1) <= TOLERANCE
                ? current
                : (int) Math.clamp(Math.ceilDiv(signals.ready(), perWorker), min, max);
        wishes.addLast(new long[] {nowMillis, wish});
        while (wishes.getFirst()[0] < nowMillis - WINDOW_MILLIS) {
          wishes.removeFirst();
        }
        int highest = (int) wishes.stream().mapToLong(past -> past[1]).max().orElse(wish);
        current =
            wish > current
                ? Math.min(wish, Math.max(current * 2, current + UP_LEAST))
                : Math.min(current, highest);
      }
      return current;
    }
  }
}
