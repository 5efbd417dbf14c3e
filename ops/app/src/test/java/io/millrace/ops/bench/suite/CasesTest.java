package io.millrace.ops.bench.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.ops.bench.BenchCase;
import java.util.List;
import org.junit.jupiter.api.Test;

class CasesTest {
  private static final List<BenchCase> CASES =
      List.of(
          FakeCase.rate("peers", 1),
          FakeCase.rate("drain", 1),
          FakeCase.floor(1),
          FakeCase.rate("b", 1));

  @Test
  void ordered_floorFirstPeersLast_restAsGiven() {
    assertThat(Cases.ordered(CASES))
        .extracting(BenchCase::name)
        .containsExactly("floor", "drain", "b", "peers");
  }

  @Test
  void named_some_runInTheirOrder() {
    assertThat(Cases.named(CASES, List.of("drain", "floor")))
        .extracting(BenchCase::name)
        .containsExactly("floor", "drain");
    assertThat(Cases.named(CASES, List.of())).hasSize(4);
  }

  @Test
  void named_unknown_listsTheCases() {
    assertThatThrownBy(() -> Cases.named(CASES, List.of("drian")))
        .hasMessage("there is no case 'drian'; the cases are floor, drain, b, peers");
  }

  @Test
  void all_inTheOrderTheyRun() {
    assertThat(Cases.all())
        .extracting(BenchCase::name)
        .containsExactly(
            "floor",
            "submit-single",
            "submit-bulk",
            "drain",
            "end-to-end",
            "pick-up",
            "status",
            "cache",
            "long-jobs",
            "ramp",
            "runs-chain",
            "runs-fanout",
            "start-up",
            "peers");
  }
}
