package io.millrace.peers;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.Histogram;

/** Threads that each submit a job as soon as their last is stored; nothing runs meanwhile. */
final class ClosedLoop {
  private static final int WARM_UP_SECONDS = 2;

  private final Peer peer;
  private final AtomicInteger index = new AtomicInteger();

  ClosedLoop(Peer peer) {
    this.peer = peer;
  }

  /** Rate and times, in milliseconds, for each number of clients. */
  Map<String, Double> over(List<Integer> clients, int seconds) throws Exception {
    Map<String, Double> figures = new LinkedHashMap<>();
    step(clients.getFirst(), WARM_UP_SECONDS);
    for (int count : clients) {
      peer.empty();
      Histogram micros = step(count, seconds);
      figures.put("submits-per-second@" + count, micros.getTotalCount() / (double) seconds);
      for (int percentile : List.of(50, 95, 99)) {
        figures.put(
            "p%d@%d".formatted(percentile, count), micros.getValueAtPercentile(percentile) / 1e3);
      }
    }
    return figures;
  }

  private Histogram step(int clients, int seconds) throws Exception {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    Histogram all = new Histogram(3);
    try (ExecutorService threads = Executors.newFixedThreadPool(clients)) {
      List<Future<Histogram>> each = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        each.add(threads.submit(() -> submitUntil(until)));
      }
      for (Future<Histogram> one : each) {
        all.add(one.get());
      }
    }
    return all;
  }

  private Histogram submitUntil(long until) {
    Histogram micros = new Histogram(3);
    long began = System.nanoTime();
    while (began - until < 0) {
      peer.submit(index.getAndIncrement());
      long now = System.nanoTime();
      if (now - until < 0) {
        micros.recordValue((now - began) / 1000);
      }
      began = now;
    }
    return micros;
  }
}
