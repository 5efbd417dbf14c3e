package io.millrace.api.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.workflow.definition.Definitions;
import org.junit.jupiter.api.Test;

class DiagramsTest {
  private static final String DEFINITION = "{\"nodes\":{\"a\":{\"transform\":1}}}";

  private final Diagrams diagrams = new Diagrams();

  @Test
  void draw_once_isFoundUnderItsVersionNameAndFormat() {
    String version = Definitions.version(Kept.tree(DEFINITION));
    assertThat(diagrams.find("w", version, DiagramFormat.DOT)).isNull();
    String dot = diagrams.draw("w", DEFINITION, DiagramFormat.DOT);
    assertThat(dot).startsWith("digraph \"w\"");
    assertThat(diagrams.find("w", version, DiagramFormat.DOT)).isSameAs(dot);
    assertThat(diagrams.find("w", version, DiagramFormat.MERMAID)).isNull();
    assertThat(diagrams.find("v", version, DiagramFormat.DOT)).isNull();
    assertThat(diagrams.find("w", "0".repeat(64), DiagramFormat.DOT)).isNull();
  }
}
