package io.millrace.runtime;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A named platform thread that repeats {@link #tick()}. State of a subclass belongs to that thread.
 *
 * <p>An exception out of a tick means a broken world: it is logged, counted and followed by another
 * tick after a backoff of 50 ms to 5 s. An {@link Error} means a broken program: the loop stops and
 * says unhealthy for good.
 */
public abstract class Loop implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Loop.class);
  private static final Duration FIRST_WAIT = Duration.ofMillis(50);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  private final String name;
  private final Backoff backoff = new Backoff(FIRST_WAIT, LONGEST_WAIT);
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition woken = lock.newCondition();
  private final Thread thread;
  private boolean wakeAsked;
  private volatile boolean stopping;
  private volatile @Nullable Throwable trouble;

  /** Makes a loop that {@link #start()} starts; the name becomes its thread's. */
  protected Loop(String name) {
    this.name = name;
    this.thread = Thread.ofPlatform().name("millrace-" + name).daemon(true).unstarted(this::run);
  }

  /**
   * Does what there is to do.
   *
   * @return how long to wait before the next tick unless woken; zero for at once
   * @throws Exception the world is broken; tick again after a backoff
   */
  protected abstract Duration tick() throws Exception;

  /** Called once on the loop's thread after its last tick. */
  protected void stopped() {}

  /** Called when a stop is asked for, on the asking thread: unblocks a tick that waits for I/O. */
  protected void unblock() {}

  /** Starts the thread; once only. */
  public final void start() {
    thread.start();
  }

  /** Cuts the wait between ticks short. */
  public final void wake() {
    lock.lock();
    try {
      wakeAsked = true;
      woken.signal();
    } finally {
      lock.unlock();
    }
  }

  /** The loop's name. */
  public final String name() {
    return name;
  }

  /** True from the first call of {@link #close()}. */
  protected final boolean stopping() {
    return stopping;
  }

  /** What is wrong with the loop, in words for an operator; null while all is well. */
  public final @Nullable String trouble() {
    Throwable t = trouble;
    if (t != null) {
      return name + ": " + t;
    }
    return hasEnded() ? name + ": ended" : null;
  }

  /** Whether a defect has ended it: it will not run again in this process. */
  public final boolean hasEnded() {
    return thread.getState() == Thread.State.TERMINATED && !stopping;
  }

  /** Closes several, which end beside each other and not one after the other. */
  public static void closeAll(Collection<? extends Loop> loops) {
    loops.forEach(Loop::askToEnd);
    loops.forEach(Loop::close);
  }

  /** Asks the loop to end and waits up to 30 s for it; safe to call twice. */
  @Override
  public void close() {
    askToEnd();
    if (thread.getState() == Thread.State.NEW || thread == Thread.currentThread()) {
      return;
    }
    try {
      if (!thread.join(Duration.ofSeconds(30))) {
        log.warn("loop did not end within 30 s loop={}", name);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void askToEnd() {
    if (!stopping) {
      stopping = true;
      wake();
      unblock();
    }
  }

  private void run() {
    try {
      while (!stopping) {
        pause(tickSafely());
      }
    } finally {
      stopped();
    }
  }

  private Duration tickSafely() {
    try {
      Duration wait = tick();
      if (trouble != null) {
        log.info("loop works again loop={} failures={}", name, backoff.failures());
        trouble = null;
        backoff.reset();
      }
      return wait;
    } catch (Exception e) {
      if (stopping) {
        return Duration.ZERO;
      }
      return fail(e);
    } catch (Error e) {
      trouble = e;
      log.error("loop ended by a defect loop={}", name, e);
      throw e;
    }
  }

  private Duration fail(Exception e) {
    trouble = e;
    Duration wait = backoff.next();
    if (backoff.failures() == 1) {
      log.warn("loop failed, will go on loop={} retryMillis={}", name, wait.toMillis(), e);
    } else {
      log.warn(
          "loop still fails loop={} failures={} retryMillis={} error={}",
          name,
          backoff.failures(),
          wait.toMillis(),
          e.toString());
    }
    return wait;
  }

  private void pause(Duration wait) {
    if (wait.isZero()) {
      return;
    }
    lock.lock();
    try {
      long nanos = wait.toNanos();
      while (!wakeAsked && !stopping && nanos > 0) {
        nanos = woken.awaitNanos(nanos);
      }
      wakeAsked = false;
    } catch (InterruptedException e) {
      // Only close() ends a loop; an interrupt from elsewhere merely cuts the wait short.
      log.debug("loop interrupted loop={}", name);
    } finally {
      lock.unlock();
    }
  }
}
