package io.millrace.ops.up;

import io.millrace.local.LocalServer;
import io.millrace.local.LocalStack;
import io.millrace.runtime.PeriodicLoop;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts an embedded server again that has died; the others and the application wait for it. */
public final class ServerWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ServerWatch.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final List<PeriodicLoop> loops;

  private ServerWatch(List<PeriodicLoop> loops) {
    this.loops = loops;
  }

  /** Watches a stack, or nothing when this process runs none. */
  public static ServerWatch start(@Nullable LocalStack stack) {
    if (stack == null) {
      return new ServerWatch(List.of());
    }
    List<PeriodicLoop> loops =
        List.of(
            watch("PostgreSQL", stack.postgres()),
            watch("Kafka", stack.kafka()),
            watch("Redis", stack.redis()));
    loops.forEach(PeriodicLoop::start);
    return new ServerWatch(loops);
  }

  /** A loop each: one that cannot be started must not keep another down. */
  private static PeriodicLoop watch(String name, LocalServer server) {
    return new PeriodicLoop(
        "watch-" + name.toLowerCase(Locale.ROOT),
        PAUSE,
        () -> {
          if (!server.isRunning()) {
            log.error("{} has died and is started again", name);
            server.stop();
            server.start();
            log.info("{} runs again", name);
          }
          return false;
        });
  }

  @Override
  public void close() {
    loops.forEach(PeriodicLoop::close);
  }
}
