package io.millrace.ops.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SoakMixTest {
  @Test
  void next_fortyTimes_hasAllKindsAndCountsThoseThatMustFail() {
    SoakMix mix = new SoakMix();

    Map<String, Long> kinds =
        IntStream.range(0, 40)
            .mapToObj(_ -> new String(mix.next(), StandardCharsets.UTF_8))
            .map(request -> request.substring(request.indexOf('{')))
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));

    assertThat(kinds.values()).containsExactlyInAnyOrder(32L, 4L, 2L, 2L);
    assertThat(
            kinds.entrySet().stream()
                .filter(kind -> kind.getKey().contains("\"maxAttempts\":2"))
                .mapToLong(Map.Entry::getValue)
                .sum())
        .isEqualTo(mix.doomed());
  }

  @Test
  void answered_onlyGoodOnes_areAccepted() {
    SoakMix mix = new SoakMix();
    mix.answered(202, 1, new byte[0], 0);
    mix.answered(503, 1, new byte[0], 0);

    assertThat(mix.accepted()).isEqualTo(1);
  }
}
