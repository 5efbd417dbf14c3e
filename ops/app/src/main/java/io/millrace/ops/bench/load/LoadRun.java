package io.millrace.ops.bench.load;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One load from its first request to its last answer; all of it on the event loop thread. */
final class LoadRun {
  /** Most requests that may be due and wait for a connection; more are counted as errors. */
  private static final int MOST_DUE = 100_000;

  private final LoadPlan plan;
  private final Consumer<LoadConnection> connector;
  private final CountDownLatch opened = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Tally tally;
  private final Set<LoadConnection> connections = new HashSet<>();
  private final Deque<LoadConnection> idle = new ArrayDeque<>();
  private final Deque<Long> due = new ArrayDeque<>();
  private final boolean closed;
  private final Allowance allowance;
  private int connecting;
  private int outstanding;
  private boolean sending;
  private boolean stopping;
  private long beganNanos;
  private volatile @Nullable String refusal;

  /**
   * Makes one that has not begun.
   *
   * @param connector opens a connection, which then says so
   */
  LoadRun(LoadPlan plan, Consumer<LoadConnection> connector) {
    this.plan = plan;
    this.connector = connector;
    this.tally = new Tally(plan.length());
    this.closed = !(plan.pace() instanceof Pace.Open);
    this.allowance = plan.pace() instanceof Pace.Allowed(Allowance given) ? given : most -> most;
  }

  /** Opens what is there before the first request. */
  void open() {
    int first = closed ? plan.connections() : 1;
    for (int i = 0; i < first; i++) {
      connect();
    }
  }

  /** Waits until those are open, or one of them is not. */
  CountDownLatch awaitOpened() {
    return opened;
  }

  /** Why one of them could not be opened; null when all could. Read after the wait. */
  @Nullable String refusal() {
    return refusal;
  }

  void opened(LoadConnection connection) {
    connecting--;
    connections.add(connection);
    if (connecting == 0) {
      opened.countDown();
    }
    ready(connection);
  }

  void notOpened(String reason) {
    connecting--;
    if (!sending) {
      refusal = reason;
      opened.countDown();
      return;
    }
    tally.failed(reason);
    if (!closed && connections.isEmpty() && connecting == 0) {
      // Nobody is left who would send them.
      tally.failed(reason, due.size());
      due.clear();
    }
    endIfDone();
  }

  /** Begins to send. */
  void begin(long nanos) {
    beganNanos = nanos;
    sending = true;
    if (closed) {
      ask();
    }
  }

  /** Connections that were allowed nothing ask again. */
  void ask() {
    if (sending) {
      List<LoadConnection> all = new ArrayList<>(idle);
      idle.clear();
      all.forEach(this::ready);
    }
  }

  /** A request is due at an open pace. */
  void due(long nanos) {
    if (due.size() >= MOST_DUE) {
      tally.failed("never sent, because " + MOST_DUE + " others waited for a connection");
      return;
    }
    due.add(nanos);
    LoadConnection free = idle.poll();
    if (free != null) {
      ready(free);
    } else if (connections.size() + connecting < plan.connections()) {
      connect();
    }
  }

  /** Sends nothing new from now on, and ends with the last answer. */
  void stop() {
    stopping = true;
    // At an open pace what was due by now is still sent.
    sending = sending && !closed;
    endIfDone();
  }

  void answered(LoadConnection connection, int status, long latencyNanos) {
    outstanding--;
    tally.answered(status, latencyNanos, System.nanoTime() - beganNanos);
    Answers answers = plan.answers();
    if (answers != null) {
      connection.tell(answers);
    }
    ready(connection);
  }

  /**
   * A connection is gone.
   *
   * @param reason why its request has no answer; null when it had none
   */
  void lost(LoadConnection connection, @Nullable String reason) {
    connections.remove(connection);
    idle.remove(connection);
    if (reason != null) {
      outstanding--;
      tally.failed(reason);
    }
    if (sending && (closed || !due.isEmpty())) {
      connect();
    }
    endIfDone();
  }

  /** Waits for the last answer. */
  CountDownLatch awaitEnded() {
    return ended;
  }

  /** Closes all connections; what has no answer by now gets none. */
  LoadResult finish() {
    sending = false;
    tally.failed("no answer within " + plan.grace().toSeconds() + " s of the end", outstanding);
    tally.failed("never sent, for want of a free connection", due.size());
    outstanding = 0;
    due.clear();
    LoadResult result = tally.result();
    List.copyOf(connections).forEach(LoadConnection::close);
    return result;
  }

  private void connect() {
    connecting++;
    connector.accept(new LoadConnection(this, plan.answers() != null));
  }

  private void ready(LoadConnection connection) {
    if (closed && sending && allowance.take(1) == 1) {
      send(connection, System.nanoTime());
    } else if (!closed && !due.isEmpty()) {
      send(connection, due.remove());
    } else {
      idle.add(connection);
      endIfDone();
    }
  }

  private void send(LoadConnection connection, long from) {
    outstanding++;
    connection.send(plan.requests().next(), from);
  }

  private void endIfDone() {
    if (stopping && outstanding == 0 && due.isEmpty()) {
      ended.countDown();
    }
  }
}
