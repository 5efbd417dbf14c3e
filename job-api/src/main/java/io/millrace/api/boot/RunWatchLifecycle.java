package io.millrace.api.boot;

import io.millrace.api.watch.WatchLoop;
import org.springframework.context.SmartLifecycle;

/** Ends the streams of runs when those of jobs end; see {@link WatchLifecycle}. */
final class RunWatchLifecycle implements SmartLifecycle {
  private final WatchLoop loop;
  private volatile boolean running;

  RunWatchLifecycle(WatchLoop loop) {
    this.loop = loop;
  }

  @Override
  public void start() {
    running = true;
    loop.start();
  }

  @Override
  public void stop() {
    running = false;
    loop.close();
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return WatchLifecycle.PHASE;
  }
}
