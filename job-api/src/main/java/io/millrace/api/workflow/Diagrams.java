package io.millrace.api.workflow;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.millrace.workflow.diagram.Dot;
import io.millrace.workflow.diagram.Mermaid;
import io.millrace.workflow.engine.CompiledPlan;
import io.millrace.workflow.plan.Plan;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Draws versions of workflows. To draw one is to compile it, which takes seconds for the largest; a
 * version never changes, so the latest diagrams are kept. Thread-safe.
 */
final class Diagrams {
  private static final int MAX_CHARS = 16 * 1024 * 1024;

  private final Cache<Key, String> kept =
      Caffeine.newBuilder()
          .maximumWeight(MAX_CHARS)
          .weigher((Key key, String text) -> text.length())
          .build();

  /** What a diagram depends on; whose workflow it is makes no difference. */
  private record Key(String workflow, String version, DiagramFormat format) {}

  /** A diagram that was drawn before; null when it has to be drawn. */
  @Nullable String find(String workflow, String version, DiagramFormat format) {
    return kept.getIfPresent(new Key(workflow, version, format));
  }

  String draw(String workflow, String definition, DiagramFormat format) {
    Plan plan = CompiledPlan.of(workflow, definition).plan();
    String text =
        switch (format) {
          case MERMAID -> Mermaid.of(plan, Map.of());
          case DOT -> Dot.of(plan, Map.of());
        };
    kept.put(new Key(workflow, plan.version(), format), text);
    return text;
  }
}
