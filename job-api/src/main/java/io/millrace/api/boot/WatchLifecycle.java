package io.millrace.api.boot;

import io.millrace.announce.EventFeed;
import io.millrace.api.watch.WatchLoop;
import org.springframework.context.SmartLifecycle;

/**
 * Ends streams and waiting requests when the context stops: after a worker in the same process has
 * drained, whose last events they shall see, and before the web server waits for its requests to
 * end, which they would keep from ending.
 */
final class WatchLifecycle implements SmartLifecycle {
  /** Between the worker's and the graceful shutdown of Spring Boot's web server. */
  static final int PHASE = DEFAULT_PHASE - 512;

  private final WatchLoop loop;
  private final EventFeed feed;
  private volatile boolean running;

  WatchLifecycle(WatchLoop loop, EventFeed feed) {
    this.loop = loop;
    this.feed = feed;
  }

  @Override
  public void start() {
    running = true;
    loop.start();
    loop.onFirst(feed::wake);
    feed.start();
  }

  @Override
  public void stop() {
    running = false;
    loop.endAll();
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return PHASE;
  }
}
