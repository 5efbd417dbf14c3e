package io.millrace.workflow.definition;

import io.millrace.document.Fields;
import io.millrace.document.PriorityReader;
import io.millrace.document.RetryReader;
import io.millrace.model.JobType;
import io.millrace.model.Limits;
import io.millrace.model.RetryPolicy;
import io.millrace.workflow.plan.NodeOptions;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what a node asks of its jobs, as a submission would. */
final class OptionReader {
  static final int MAX_CACHE_CHARS = 255;
  private static final Duration LEAST = Duration.ofMillis(1);
  private static final Duration MOST = Duration.ofMillis(Limits.MAX_TIMEOUT_MILLIS);

  private final Fields node;
  private final References references;

  OptionReader(Fields node, References references) {
    this.node = node;
    this.references = references;
  }

  NodeOptions read() {
    @Nullable JobType type =
        node.object().path("type").isString()
            ? references.type(node, node.object().path("type").stringValue())
            : null;
    RetryPolicy retry = node.has("retry") ? RetryReader.read(node, type).policy() : null;
    Optional<Duration> timeout = node.duration("timeout", LEAST, MOST);
    Optional<String> pool = node.text("pool");
    pool.ifPresent(name -> references.pool(node, name));
    NodeOptions options =
        new NodeOptions(
            retry,
            timeout.orElse(null),
            PriorityReader.read(node).orElse(null),
            pool.orElse(null),
            cache().orElse(null));
    return options.equals(NodeOptions.NONE) ? NodeOptions.NONE : options;
  }

  private Optional<String> cache() {
    Optional<String> cache = node.text("cache");
    if (cache.isPresent() && (cache.get().isBlank() || cache.get().length() > MAX_CACHE_CHARS)) {
      node.fault("cache", "cache must have 1 to " + MAX_CACHE_CHARS + " characters");
    }
    return cache;
  }
}
