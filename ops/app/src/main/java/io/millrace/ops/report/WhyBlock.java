package io.millrace.ops.report;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Why a job is where it is, for a terminal. */
public final class WhyBlock {
  private WhyBlock() {}

  /** The sentence, then what belongs to it, a line each. */
  public static List<String> lines(JsonNode why) {
    List<String> lines = new ArrayList<>();
    lines.add("%s (%s)".formatted(why.path("state").asString(""), why.path("code").asString("")));
    lines.add("  " + why.path("sentence").asString(""));
    add(lines, "estimated start", why.path("estimatedStart"));
    add(lines, "next", why.path("nextAt"));
    for (JsonNode limit : why.path("limits")) {
      if (!limit.path("holders").isEmpty()) {
        int others = limit.path("others").asInt(0);
        lines.add(
            "  places of the %s %s are held by:"
                .formatted(limit.path("scope").asString(""), limit.path("subject").asString("")));
        limit.path("holders").forEach(job -> lines.add("    " + job.asString("")));
        if (others > 0) {
          lines.add("    and %d others".formatted(others));
        }
      }
    }
    return lines;
  }

  private static void add(List<String> lines, String label, JsonNode value) {
    if (value.isString()) {
      lines.add("  " + label + ": " + value.stringValue());
    }
  }
}
