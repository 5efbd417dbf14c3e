package io.millrace.ops.up;

import io.millrace.local.LocalServer;
import io.millrace.local.LocalStack;
import io.millrace.runtime.PeriodicLoop;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts an embedded server again that has died; the others and the application wait for it. */
public final class ServerWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ServerWatch.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final @Nullable PeriodicLoop loop;

  private ServerWatch(@Nullable PeriodicLoop loop) {
    this.loop = loop;
  }

  /** Watches a stack, or nothing when this process runs none. */
  public static ServerWatch start(@Nullable LocalStack stack) {
    if (stack == null) {
      return new ServerWatch(null);
    }
    Map<String, LocalServer> servers =
        Map.of("PostgreSQL", stack.postgres(), "Kafka", stack.kafka(), "Redis", stack.redis());
    PeriodicLoop loop = new PeriodicLoop("servers", PAUSE, () -> restart(servers));
    loop.start();
    return new ServerWatch(loop);
  }

  @Override
  public void close() {
    if (loop != null) {
      loop.close();
    }
  }

  private static boolean restart(Map<String, LocalServer> servers) {
    servers.forEach(
        (name, server) -> {
          if (!server.isRunning()) {
            log.error("{} has died and is started again", name);
            server.stop();
            server.start();
            log.info("{} runs again", name);
          }
        });
    return false;
  }
}
