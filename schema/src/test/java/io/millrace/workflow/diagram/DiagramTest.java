package io.millrace.workflow.diagram;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.workflow.definition.Definition;
import io.millrace.workflow.definition.Definitions;
import io.millrace.workflow.plan.Plan;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DiagramTest {
  private static final String TEXT =
      """
      nodes:
        choose: {switch: [{when: input.x, then: left}], default: right}
        left: {type: echo, forEach: {in: input.list}, onError: {goto: mend}}
        right: {sleep: 5s}
        mend: {workflow: other}
      onFailure:
        tell: {type: http.call}
      """;

  private static Plan plan() {
    return ((Definition.Good) Definitions.read("w", TEXT.getBytes(UTF_8), null)).plan();
  }

  @Test
  void mermaid_withStates_hasNodesWaysAndColours() {
    assertThat(Mermaid.of(plan(), Map.of("left", "FAILED")))
        .isEqualTo(
            """
            flowchart TD
              n0{"choose<br/>switch"}
              n1["left<br/>for each: echo<br/>FAILED"]
              style n1 fill:lightcoral
              n2["right<br/>sleep"]
              n3["mend<br/>workflow other"]
              n0 -->|case 1| n1
              n0 -->|default| n2
              n1 -.->|error| n3
              subgraph onFailure
              f0["tell<br/>http.call"]
              end
            """);
  }

  @Test
  void dot_withoutStates_hasNodesAndWays() {
    assertThat(Dot.of(plan(), Map.of()))
        .isEqualTo(
            """
            digraph "w" {
              node [shape=box];
              "choose" [label="choose\\nswitch", shape=diamond];
              "left" [label="left\\nfor each: echo"];
              "right" [label="right\\nsleep"];
              "mend" [label="mend\\nworkflow other"];
              "choose" -> "left" [label="case 1"];
              "choose" -> "right" [label="default"];
              "left" -> "mend" [label="error", style=dashed];
              subgraph cluster_onFailure {
                label=onFailure;
                "tell" [label="tell\\nhttp.call"];
              }
            }
            """);
  }
}
