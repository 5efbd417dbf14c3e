package io.millrace.ops.bench.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RunShapeTest {
  private final RunShape shape = new RunShape(new int[] {1, 2, 1});

  @Test
  void layer_ofEachNode_isByTheWidths() {
    assertThat(IntStream.range(0, shape.nodes()).map(shape::layer)).containsExactly(0, 1, 1, 2);
    assertThat(shape.text()).isEqualTo("1–2–1");
  }

  @Test
  void definition_everyNodeNeedsTheLayerBefore() {
    String work = "\"type\":\"echo\",\"with\":{\"value\":1}}";
    assertThat(shape.definition())
        .isEqualTo(
            "{\"nodes\":{\"n0_0\":{"
                + work
                + ",\"n1_0\":{\"needs\":[\"n0_0\"],"
                + work
                + ",\"n1_1\":{\"needs\":[\"n0_0\"],"
                + work
                + ",\"n2_0\":{\"needs\":[\"n1_0\",\"n1_1\"],"
                + work
                + "}}");
  }
}
