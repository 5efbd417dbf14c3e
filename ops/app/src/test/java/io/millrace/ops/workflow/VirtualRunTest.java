package io.millrace.ops.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.workflow.definition.Definition;
import io.millrace.workflow.definition.Definitions;
import io.millrace.workflow.plan.Plan;
import io.millrace.workflow.run.RunPhase;
import io.millrace.workflow.run.TaskOutcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

class VirtualRunTest {
  @Test
  void of_moreEventsThanMayBe_isAProblem() {
    Plan plan = plan("nodes: {poll: {while: {condition: loop.round <= 3}, type: a.b}}");
    Mock.Ending ending = new Mock.Ending(new TaskOutcome.Succeeded(1L), Duration.ofHours(1));
    TestCase test =
        new TestCase(
            "polls",
            1,
            JsonNodeFactory.instance.objectNode(),
            CasesReader.START,
            Map.of("poll", new Mock.Always(ending)),
            Map.of(),
            List.of(),
            new Expectation(RunPhase.SUCCEEDED, null, null, null, Map.of(), Map.of()));

    assertThat(VirtualRun.of(plan, test, 2).problem())
        .isEqualTo("has not ended after 2 events; no case may have more");
    RunReport whole = VirtualRun.of(plan, test, 3);
    assertThat(whole.problem()).isNull();
    assertThat(whole.phase()).isEqualTo(RunPhase.SUCCEEDED);
    assertThat(whole.took()).isEqualTo(Duration.ofHours(3));
  }

  private static Plan plan(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return switch (Definitions.read("flow", bytes, null)) {
      case Definition.Good(Plan plan, String canonical) -> plan;
      case Definition.Bad(var faults, int more) -> throw new AssertionError(faults.toString());
    };
  }
}
