package io.millrace.ops.scale.policy;

import java.util.OptionalDouble;

/** Signals of a pool for tests: a quiet one, changed by name. */
record Pool(
    long at, long ready, double oldest, long running, double arrivals, double cpu, int workers) {
  static final long NOW = 1_700_000_000_000L;

  /** Jobs of half a second on workers with four slots: 8 jobs/s each. */
  static final Pool QUIET = new Pool(NOW, 0, 0, 0, 0, -1, 1);

  Pool at(long millis) {
    return new Pool(millis, ready, oldest, running, arrivals, cpu, workers);
  }

  Pool ready(long jobs) {
    return new Pool(at, jobs, oldest, running, arrivals, cpu, workers);
  }

  Pool oldest(double seconds) {
    return new Pool(at, ready, seconds, running, arrivals, cpu, workers);
  }

  Pool running(long jobs) {
    return new Pool(at, ready, oldest, jobs, arrivals, cpu, workers);
  }

  Pool arrivals(double perSecond) {
    return new Pool(at, ready, oldest, running, perSecond, cpu, workers);
  }

  Pool cpu(double share) {
    return new Pool(at, ready, oldest, running, arrivals, share, workers);
  }

  Signals signals() {
    return new Signals(
        at,
        ready,
        0,
        oldest,
        running,
        arrivals,
        arrivals,
        OptionalDouble.of(0.5),
        4,
        workers,
        cpu < 0 ? OptionalDouble.empty() : OptionalDouble.of(cpu));
  }
}
