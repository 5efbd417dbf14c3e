package io.millrace.boot;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code millrace.queue.*}: how queues are served.
 *
 * @param aging how long a job waits in the backlog before it is announced one priority higher, and
 *     again for each further such time; 0 (never) or 1 s to 24 h
 */
@ConfigurationProperties("millrace.queue")
public record QueueProperties(@DefaultValue("10m") Duration aging) {
  public QueueProperties {
    if (!aging.isZero()) {
      Checked.range(
          "millrace.queue.aging",
          aging,
          Duration.ofSeconds(1),
          Duration.ofHours(24),
          "a shorter time would make priorities meaningless; 0 turns aging off");
    }
  }
}
