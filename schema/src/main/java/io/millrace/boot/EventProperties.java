package io.millrace.boot;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code millrace.events.*}: the log of jobs as others follow it.
 *
 * @param publish whether events go to the topic {@code millrace.events}; the same in all processes
 * @param source {@code ce_source} of the events, a URI reference that names this installation
 * @param partitions of the topic, if this process has to create it, 1 to 1,000
 * @param retention of the topic then, 1 minute to 10 years
 * @param maxWatchers most open streams and waiting requests of this process, 0 to 100,000
 */
@ConfigurationProperties("millrace.events")
public record EventProperties(
    @DefaultValue("false") boolean publish,
    @DefaultValue("/millrace") String source,
    @DefaultValue("8") int partitions,
    @DefaultValue("7d") Duration retention,
    @DefaultValue("5000") int maxWatchers) {
  private static final int MAX_SOURCE_CHARS = 200;

  public EventProperties {
    Checked.present("millrace.events.source", source, "every event names where it comes from");
    if (source.length() > MAX_SOURCE_CHARS
        || !StandardCharsets.US_ASCII.newEncoder().canEncode(source)
        || source.chars().anyMatch(c -> c <= ' ')) {
      throw new ConfigurationRefusedException(
          "millrace.events.source is \"%s\"; it must be a URI reference of at most %d characters,"
                  .formatted(source, MAX_SOURCE_CHARS)
              + " because CloudEvents asks for one");
    }
    Checked.range(
        "millrace.events.partitions",
        partitions,
        1,
        1_000,
        "they bound how many consumers of a group share the events");
    Checked.range(
        "millrace.events.retention",
        retention,
        Duration.ofMinutes(1),
        Duration.ofDays(3_650),
        "events must outlive a pause of their consumers");
    Checked.range(
        "millrace.events.max-watchers",
        maxWatchers,
        0,
        100_000,
        "each holds a connection and some memory");
  }
}
