package io.millrace.ops.scale.simulate;

import io.millrace.ops.scale.policy.Reading;
import io.millrace.ops.scale.policy.Signals;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.OptionalDouble;
import java.util.SplittableRandom;

/** One trace played with one scaler. Workers start, claim, run and leave in virtual time. */
final class Simulation {
  private static final int SECOND = 1_000;

  /** How long after the trace's end the rest may take. */
  private static final long REST_MILLIS = 6 * 3_600_000L;

  private final Trace trace;
  private final Scaler scaler;
  private final Plant plant;
  private final Crew crew;
  private final Rates rates = new Rates();
  private final Recorder recorder;
  private final Deque<Integer> waiting = new ArrayDeque<>();
  private final long[] claimed;
  private int arrived;
  private int ended;

  private Simulation(Trace trace, Scaler scaler, Plant plant, int workers) {
    this.trace = trace;
    this.scaler = scaler;
    this.plant = plant;
    this.crew = new Crew(plant.slots(), plant.startMillis(), new SplittableRandom(plant.seed()));
    this.recorder = new Recorder(workers);
    this.claimed = new long[trace.jobs()];
    Arrays.fill(claimed, -1);
    crew.begin(workers);
  }

  /** Plays it. */
  static Score play(Trace trace, Scaler scaler, Plant plant, int workers) {
    return new Simulation(trace, scaler, plant, workers).play();
  }

  private Score play() {
    for (long now = 0; now < trace.lengthMillis() || hasWork(now); now += SECOND) {
      second(now);
      events(now, now + SECOND);
    }
    return recorder.score(trace, scaler.name(), plant, claimed);
  }

  private boolean hasWork(long now) {
    return ended < trace.jobs() && now < trace.lengthMillis() + REST_MILLIS;
  }

  private void second(long now) {
    Deque<Integer> dropped = crew.settle(now);
    recorder.interrupted(dropped.size());
    dropped.forEach(waiting::addFirst);
    if (now % scaler.periodMillis() == 0) {
      int desired = scaler.desired(reading(now), now);
      recorder.decided(desired);
      crew.become(desired, scaler.spares(), now);
      crew.settle(now);
    }
    claim(now);
    recorder.second(now, crew.size(), waiting.size());
  }

  private Reading reading(long now) {
    if (trace.isOut(now)) {
      return new Reading.Missing("the API does not answer");
    }
    int taking = crew.taking(now);
    return new Reading.Measured(
        new Signals(
            now,
            waiting.size(),
            0,
            oldest(now),
            crew.busy(),
            rates.arrivals(),
            rates.lately(),
            rates.runSeconds(),
            plant.slots(),
            taking,
            taking == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(Math.min(1, (double) crew.busy() / (taking * plant.slots())))));
  }

  private double oldest(long now) {
    Integer first = waiting.peekFirst();
    return first == null ? 0 : Math.max(0, now - trace.arrivalMillis()[first]) / 1000.0;
  }

  private void events(long from, long to) {
    int before = arrived;
    while (true) {
      long arrival = arrived < trace.jobs() ? trace.arrivalMillis()[arrived] : Long.MAX_VALUE;
      long end = crew.nextEnd();
      long next = Math.min(arrival, end);
      if (next >= to) {
        break;
      }
      if (end <= arrival) {
        rates.ran(trace.runMillis()[crew.end()]);
        ended++;
      } else {
        waiting.addLast(arrived++);
      }
      claim(Math.max(next, from));
    }
    rates.second(arrived - before);
  }

  private void claim(long now) {
    if (trace.isOut(now)) {
      return;
    }
    while (!waiting.isEmpty()) {
      int job = waiting.getFirst();
      if (!crew.take(job, trace.runMillis()[job], now)) {
        return;
      }
      waiting.removeFirst();
      if (claimed[job] < 0) {
        claimed[job] = now;
      }
    }
  }
}
