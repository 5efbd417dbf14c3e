package io.millrace.workers.session;

import io.millrace.runtime.Loop;
import io.millrace.store.WorkerStore;
import java.time.Duration;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the worker's session: registers it, beats for it, and takes a new one when the database has
 * declared it dead. The jobs of the lost session are abandoned first; they are somebody else's.
 */
public final class SessionLoop extends Loop {
  private static final Logger log = LoggerFactory.getLogger(SessionLoop.class);

  private final WorkerStore store;
  private final String name;
  private final List<String> pools;
  private final List<Integer> poolSlots;
  private final int slots;
  private final Duration interval;
  private final IntSupplier running;
  private final LongConsumer abandon;
  private final boolean quarantine;
  private volatile long session;
  private volatile boolean draining;

  /**
   * Makes a loop.
   *
   * @param interval between two beats; a third of the lease or less
   * @param running how many jobs run, for display
   * @param abandon told the number of a lost session
   * @param quarantine whether it runs the quarantine lane and nothing else
   */
  public SessionLoop(
      WorkerStore store,
      String name,
      List<String> pools,
      List<Integer> poolSlots,
      int slots,
      Duration interval,
      IntSupplier running,
      LongConsumer abandon,
      boolean quarantine) {
    super("session");
    this.store = store;
    this.name = name;
    this.pools = pools;
    this.poolSlots = poolSlots;
    this.slots = slots;
    this.interval = interval;
    this.running = running;
    this.abandon = abandon;
    this.quarantine = quarantine;
  }

  /** The current session, or 0 while there is none yet: then nothing can be claimed. */
  public long session() {
    return session;
  }

  /** Stops claiming under the session, which goes on beating. */
  public void drain() {
    draining = true;
    if (session != 0) {
      store.drain(session);
    }
  }

  /** Ends the session; call it when nothing runs any more and the loop is closed. */
  public void leave() {
    if (session != 0) {
      store.leave(session);
    }
  }

  @Override
  protected Duration tick() {
    if (session == 0) {
      register();
    } else if (!store.beat(session, running.getAsInt())) {
      log.warn(
          "session was declared dead, its jobs are abandoned session={} running={}",
          session,
          running.getAsInt());
      abandon.accept(session);
      session = 0;
      register();
    }
    return interval;
  }

  private void register() {
    if (!draining) {
      session = store.register(name, pools, poolSlots, slots, quarantine);
      log.info("session opened session={} worker={} pools={}", session, name, pools);
    }
  }
}
