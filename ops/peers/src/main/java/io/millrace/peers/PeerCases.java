package io.millrace.peers;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** The cases: what is done with a peer, and what of it is told. Figures are named as Millrace's. */
final class PeerCases {
  static final List<String> NAMES =
      List.of("submit-single", "submit-bulk", "drain", "end-to-end", "pick-up");

  private static final int REPETITIONS = 3;
  private static final int WARM_UP = 20_000;
  private static final int MOST_UNFINISHED = 20_000;
  private static final int END_TO_END_BATCH = 1000;
  private static final Duration END_TO_END_WARM_UP = Duration.ofSeconds(3);
  private static final Duration LONGEST_POLLING = Duration.ofSeconds(60);
  private static final Duration LONGEST = Duration.ofMinutes(5);
  private static final long POLL_NANOS = 2_000_000;

  private final Peer peer;
  private final Starts starts;

  PeerCases(Peer peer, Starts starts) {
    this.peer = peer;
    this.starts = starts;
  }

  /** Figures by id, in order. */
  Map<String, Double> run(Options options) throws Exception {
    return switch (options.caseName()) {
      case "submit-single" -> new ClosedLoop(peer).over(options.clients(), options.seconds());
      case "submit-bulk" -> Map.of("jobs-per-second", submitBulk(options.jobs()));
      case "drain" -> Map.of("jobs-per-second", drain(options.jobs()));
      case "end-to-end" -> Map.of("jobs-per-second", endToEnd(options.seconds()));
      case "pick-up" -> pickUp(options.seconds());
      default ->
          throw new PeerFault(
              "case %s is none of %s".formatted(options.caseName(), String.join(", ", NAMES)));
    };
  }

  /** Nothing runs meanwhile. */
  private double submitBulk(int jobs) throws SQLException {
    peer.submitAll(Math.min(jobs, WARM_UP));
    double[] rates = new double[REPETITIONS];
    for (int i = 0; i < REPETITIONS; i++) {
      peer.empty();
      long began = System.nanoTime();
      peer.submitAll(jobs);
      rates[i] = jobs / seconds(began, System.nanoTime());
    }
    return median(rates);
  }

  /** Queued while it is stopped; from the first start until all are recorded as done. */
  double drain(int jobs) throws SQLException {
    drainOnce(Math.min(jobs, WARM_UP));
    double[] rates = new double[REPETITIONS];
    for (int i = 0; i < REPETITIONS; i++) {
      peer.empty();
      rates[i] = drainOnce(jobs);
    }
    return median(rates);
  }

  private double drainOnce(int jobs) throws SQLException {
    starts.reset(0);
    peer.submitAll(jobs);
    peer.start();
    try {
      starts.await(jobs, LONGEST);
      awaitRecorded();
      return jobs / seconds(starts.first(), System.nanoTime());
    } finally {
      peer.stop();
    }
  }

  private void awaitRecorded() throws SQLException {
    long deadline = System.nanoTime() + LONGEST.toNanos();
    while (peer.hasUnfinished()) {
      if (System.nanoTime() - deadline > 0) {
        throw new PeerFault("jobs are not recorded as done after " + LONGEST.toSeconds() + " s");
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  /** Submitting in bulk and running at once, with a bound on what waits; after a warm-up. */
  private double endToEnd(int seconds) {
    starts.reset(0);
    peer.start();
    try {
      peer.submitAll(END_TO_END_BATCH);
      starts.await(1, LONGEST_POLLING); // One that polls rarely has not begun until then.
      int submitted = feed(END_TO_END_BATCH, System.nanoTime() + END_TO_END_WARM_UP.toNanos());
      int before = starts.count();
      long began = System.nanoTime();
      feed(submitted, began + Duration.ofSeconds(seconds).toNanos());
      return (starts.count() - before) / seconds(began, System.nanoTime());
    } finally {
      peer.stop();
    }
  }

  private int feed(int submittedBefore, long until) {
    int submitted = submittedBefore;
    while (System.nanoTime() - until < 0) {
      if (submitted - starts.count() <= MOST_UNFINISHED - END_TO_END_BATCH) {
        peer.submitAll(END_TO_END_BATCH);
        submitted += END_TO_END_BATCH;
      } else {
        LockSupport.parkNanos(POLL_NANOS);
      }
    }
    return submitted;
  }

  private Map<String, Double> pickUp(int seconds) throws Exception {
    Map<String, Double> figures = new LinkedHashMap<>();
    peer.start();
    try {
      for (int rate : List.of(50, 500)) {
        figures.putAll(new OpenLoop(peer, starts).at(rate, seconds));
      }
    } finally {
      peer.stop();
    }
    return figures;
  }

  private static double seconds(long began, long ended) {
    return (ended - began) / 1e9;
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
