package io.millrace.ops.it;

import io.millrace.model.RetryPolicy;
import io.millrace.model.WorkerDeath;
import io.millrace.workers.handler.JobContext;
import io.millrace.workers.handler.JobHandler;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A job that does harm to its process, as long as its attempt is not above a number. */
final class FaultyHandler implements JobHandler<FaultyHandler.Payload> {
  /**
   * What it is to do.
   *
   * @param upToAttempt the last attempt that does harm; all when absent
   * @param millis how long it runs without harm, or with
   */
  record Payload(@Nullable Integer upToAttempt, @Nullable Long millis) {}

  /** The harm. */
  enum Fault {
    /** Ends the JVM at once, as a crash in native code does. */
    HALT,
    /** Ends it in order. */
    EXIT,
    /** Allocates until nothing is left. */
    MEMORY,
    /** Keeps a carrier thread busy, without ever giving it up. */
    SPIN,
    /** None but its time. */
    SLEEP
  }

  static final int HALT_CODE = 77;
  private static final int BLOCK = 8 << 20;

  private final String type;
  private final Fault fault;
  private final WorkerDeath onWorkerDeath;

  FaultyHandler(String type, Fault fault, WorkerDeath onWorkerDeath) {
    this.type = type;
    this.fault = fault;
    this.onWorkerDeath = onWorkerDeath;
  }

  @Override
  public String type() {
    return type;
  }

  @Override
  public Class<Payload> payloadType() {
    return Payload.class;
  }

  @Override
  public String payloadSchema() {
    return "{\"type\": \"object\"}";
  }

  @Override
  public RetryPolicy retryPolicy() {
    return RetryPolicy.DEFAULT;
  }

  @Override
  public WorkerDeath onWorkerDeath() {
    return onWorkerDeath;
  }

  @Override
  public @Nullable Object run(Payload payload, JobContext context) throws Exception {
    long millis = payload.millis() == null ? 0 : payload.millis();
    if (payload.upToAttempt() != null && context.attempt() > payload.upToAttempt()) {
      return context.attempt();
    }
    switch (fault) {
      case HALT -> {
        // The others of the batch are to be running when it happens.
        Thread.sleep(millis);
        Runtime.getRuntime().halt(HALT_CODE);
      }
      case EXIT -> System.exit(0);
      case MEMORY -> fill();
      case SPIN -> spin(millis);
      case SLEEP -> Thread.sleep(millis);
    }
    return context.attempt();
  }

  private static void fill() {
    List<byte[]> kept = new ArrayList<>();
    while (kept.size() < Integer.MAX_VALUE) {
      kept.add(new byte[BLOCK]);
    }
  }

  private static void spin(long millis) {
    long end = System.nanoTime() + millis * 1_000_000;
    while (System.nanoTime() - end < 0) {
      Thread.onSpinWait();
    }
  }
}
