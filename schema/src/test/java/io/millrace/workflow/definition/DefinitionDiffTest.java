package io.millrace.workflow.definition;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.workflow.source.MalformedSourceException;
import io.millrace.workflow.source.SourceText;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class DefinitionDiffTest {
  @Test
  void of_sameContent_isEmpty() throws MalformedSourceException {
    assertThat(
            DefinitionDiff.of(
                    tree("nodes: {a: {type: e, with: 1.0}}"),
                    tree("{\"nodes\":{\"a\":{\"with\":1,\"type\":\"e\"}}}"))
                .isEmpty())
        .isTrue();
  }

  @Test
  void of_changes_namesNodesAndFields() throws MalformedSourceException {
    DefinitionDiff diff =
        DefinitionDiff.of(
            tree("{timeout: 1h, nodes: {a: {type: e, with: 1}, b: {type: e}}, onFailure: {c: {}}}"),
            tree(
                "{output: 1, nodes: {a: {type: f, with: 1, when: x}, d: {}}, onFailure: {e: {}}}"));
    assertThat(diff)
        .isEqualTo(
            new DefinitionDiff(
                List.of("output", "timeout"),
                List.of("d", "onFailure/e"),
                List.of("b", "onFailure/c"),
                Map.of("a", List.of("type", "when"))));
  }

  private static JsonNode tree(String text) throws MalformedSourceException {
    return SourceText.read(text.getBytes(UTF_8)).tree();
  }
}
