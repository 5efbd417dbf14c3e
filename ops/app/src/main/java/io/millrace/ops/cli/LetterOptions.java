package io.millrace.ops.cli;

import io.millrace.ops.client.ControlRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which failed jobs are meant. */
final class LetterOptions {
  @Option(names = "--type", paramLabel = "TYPE", description = "of this type")
  @Nullable String type;

  @Option(names = "--kind", paramLabel = "KIND", description = "failed this way, such as HANDLER")
  @Nullable String kind;

  @Option(
      names = "--label",
      paramLabel = "NAME=VALUE",
      description = "with this label; may be given several times")
  Map<String, String> labels = new LinkedHashMap<>();

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "failed at 2026-01-31T12:00:00Z or later")
  @Nullable String since;

  @Option(names = "--until", paramLabel = "TIME", description = "failed before that time")
  @Nullable String until;

  /** As the parameters of a list. */
  String query(int limit) {
    StringBuilder query = new StringBuilder("limit=" + limit);
    add(query, "type", type);
    add(query, "kind", kind);
    labels.forEach((name, value) -> add(query, "label", name + ":" + value));
    add(query, "since", since);
    add(query, "until", until);
    return query.toString();
  }

  /** As the filter of a replay. */
  ControlRequest filter() {
    return new ControlRequest()
        .with("type", type)
        .with("kind", kind)
        .with("labels", labels)
        .with("since", since)
        .with("until", until);
  }

  /** Whether any is given. */
  boolean isAny() {
    return type != null || kind != null || !labels.isEmpty() || since != null || until != null;
  }

  private static void add(StringBuilder query, String name, @Nullable String value) {
    if (value != null) {
      query.append('&').append(name).append('=');
      query.append(URLEncoder.encode(value, StandardCharsets.UTF_8));
    }
  }
}
