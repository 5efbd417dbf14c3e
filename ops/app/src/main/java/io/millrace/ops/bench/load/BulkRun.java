package io.millrace.ops.bench.load;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Batches at once, from their first line to their last answer; on the event loop thread. */
final class BulkRun {
  private static final double SECOND_NANOS = 1e9;

  private final List<BulkConnection> connections = new ArrayList<>();
  private final CountDownLatch opened;
  private final CountDownLatch ended;
  private final BulkPlan plan;
  private volatile @Nullable String refusal;
  private long began;
  private long lastAnswer;

  BulkRun(BulkPlan plan) {
    this.plan = plan;
    this.opened = new CountDownLatch(plan.connections());
    this.ended = new CountDownLatch(plan.connections());
  }

  void open(Consumer<BulkConnection> connector) {
    for (int i = 0; i < plan.connections(); i++) {
      BulkConnection connection = new BulkConnection(this, plan);
      connections.add(connection);
      connector.accept(connection);
    }
  }

  CountDownLatch awaitOpened() {
    return opened;
  }

  CountDownLatch awaitEnded() {
    return ended;
  }

  /** Why a connection could not be opened; null when all could. Read after the wait. */
  @Nullable String refusal() {
    return refusal;
  }

  void opened() {
    opened.countDown();
  }

  void notOpened(String reason) {
    refusal = reason;
    opened.countDown();
  }

  void begin() {
    began = System.nanoTime();
    lastAnswer = began;
    connections.forEach(BulkConnection::begin);
  }

  /** A batch has been answered in full, or never will be. */
  void answered() {
    lastAnswer = System.nanoTime();
    ended.countDown();
  }

  /** Lines accepted so far; from any thread, and then perhaps a moment old. */
  long accepted() {
    return connections.stream().mapToLong(connection -> connection.answers().accepted()).sum();
  }

  /** Closes all connections; what has no answer by now gets none. */
  BulkResult finish() {
    List<String> faults = new ArrayList<>();
    long refused = 0;
    for (BulkConnection connection : connections) {
      String fault = connection.fault();
      if (fault != null) {
        faults.add(fault);
      } else if (!connection.isAnswered()) {
        faults.add("a batch was not answered within " + plan.patience().toSeconds() + " s");
      }
      String line = connection.answers().refusal();
      if (line != null) {
        faults.add("a line of a batch was refused: " + line);
      }
      refused += connection.answers().refused();
    }
    connections.forEach(BulkConnection::close);
    return new BulkResult(accepted(), refused, (lastAnswer - began) / SECOND_NANOS, faults);
  }
}
