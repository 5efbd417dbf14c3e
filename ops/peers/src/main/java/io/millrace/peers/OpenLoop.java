package io.millrace.peers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/** Submits at a steady rate, whatever becomes of it, and looks how soon each job starts. */
final class OpenLoop {
  /** Enough for 500 a second while a commit takes up to 30 ms. */
  private static final int THREADS = 16;

  private static final int WARM_UP_SECONDS = 2;
  private static final Duration LONGEST_START = Duration.ofSeconds(60);

  private final Peer peer;
  private final Starts starts;

  OpenLoop(Peer peer, Starts starts) {
    this.peer = peer;
    this.starts = starts;
  }

  /** From stored to started, in milliseconds. A job that ran before its caller knew took none. */
  Map<String, Double> at(int rate, int seconds) throws Exception {
    int warmUp = rate * WARM_UP_SECONDS;
    int jobs = warmUp + rate * seconds;
    starts.reset(jobs);
    long[] stored = submit(rate, jobs);
    starts.await(jobs, LONGEST_START);
    Histogram micros = new Histogram(3);
    for (int i = warmUp; i < jobs; i++) {
      micros.recordValue(Math.max(0, (starts.of(i) - stored[i]) / 1000));
    }
    Map<String, Double> figures = new LinkedHashMap<>();
    for (int percentile : List.of(50, 99)) {
      figures.put(
          "start-p%d@%d".formatted(percentile, rate),
          micros.getValueAtPercentile(percentile) / 1e3);
    }
    return figures;
  }

  private long[] submit(int rate, int jobs) throws Exception {
    long[] stored = new long[jobs];
    long gap = TimeUnit.SECONDS.toNanos(1) / rate;
    long began = System.nanoTime();
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<?>> calls = new ArrayList<>();
      for (int i = 0; i < jobs; i++) {
        int index = i;
        await(began + i * gap);
        calls.add(
            threads.submit(
                () -> {
                  peer.submit(index);
                  stored[index] = System.nanoTime();
                }));
      }
      for (Future<?> call : calls) {
        call.get();
      }
    }
    return stored;
  }

  private static void await(long time) {
    for (long left = time - System.nanoTime(); left > 0; left = time - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
