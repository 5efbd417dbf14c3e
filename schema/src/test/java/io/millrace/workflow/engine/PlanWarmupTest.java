package io.millrace.workflow.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.store.WorkflowStore.Use;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlanWarmupTest {
  private final List<String> read = new ArrayList<>();
  private final Plans plans = new Plans(CompiledPlan::of);

  @Test
  void warm_plansInUse_areThereForTheFirstRun() throws SQLException {
    PlanWarmup warmup = warmup(use("a"), use("b"));
    assertThat(warmup.warm()).isEqualTo(2);
    assertThat(plans.of("a", "v", () -> Optional.empty())).isPresent();
    assertThat(plans.hits()).isEqualTo(1);
    assertThat(plans.misses()).isZero();
    assertThat(plans.compiledAhead()).isEqualTo(2);
  }

  @Test
  void warm_plansThatAreThere_areNotReadAgain() throws SQLException {
    PlanWarmup warmup = warmup(use("a"));
    warmup.warm();
    assertThat(warmup.warm()).isZero();
    assertThat(read).containsExactly("a");
  }

  @Test
  void warm_definitionThatIsGoneOrBroken_leavesTheOthers() throws SQLException {
    assertThat(warmup(use("gone"), use("broken"), use("b")).warm()).isEqualTo(1);
    assertThat(plans.has("b", "v")).isTrue();
    assertThat(plans.has("broken", "v")).isFalse();
  }

  private PlanWarmup warmup(Use... used) {
    return new PlanWarmup(
        plans,
        new PlanWarmup.Uses() {
          @Override
          public List<Use> mostUsed(int runs, int versions) {
            return List.of(used);
          }

          @Override
          public Optional<String> definition(Use use) {
            read.add(use.workflow());
            return switch (use.workflow()) {
              case "gone" -> Optional.empty();
              case "broken" -> Optional.of("{\"nodes\":{}}");
              default -> Optional.of("{\"nodes\":{\"n\":{\"transform\":1}}}");
            };
          }
        });
  }

  private static Use use(String workflow) {
    return new Use("t", workflow, "v");
  }
}
