package io.millrace.workers.poll;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PointerConsumersTest {
  @ParameterizedTest
  @CsvSource({
    "128, 128, 128",
    "128, 500, 128",
    "128, 127, 8",
    "128, 8, 8",
    "128, 7, 1",
    "128, 1, 1",
    "1000, 999, 62",
    "1000, 61, 3",
    "1000, 2, 1",
    "4, 3, 1",
    "1, 1, 1"
  })
  void size_neverExceedsTheSlots(int batch, int most, int size) {
    assertThat(PointerConsumers.size(batch, most)).isEqualTo(size);
  }
}
