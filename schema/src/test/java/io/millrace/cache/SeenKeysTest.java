package io.millrace.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SeenKeysTest {
  private static String key(int number) {
    return "%064x".formatted(number);
  }

  @Test
  void mayHave_fullFilter_neverDeniesAndIsSeldomWrong() {
    SeenKeys keys = new SeenKeys();
    for (int i = 0; i < SeenKeys.CAPACITY; i++) {
      keys.add(key(i));
    }
    for (int i = 0; i < SeenKeys.CAPACITY; i++) {
      if (!keys.mayHave(key(i))) {
        throw new AssertionError("denies key " + i);
      }
    }
    int wrong = 0;
    int asked = 200_000;
    for (int i = 0; i < asked; i++) {
      wrong += keys.mayHave(key(-1 - i)) ? 1 : 0;
    }
    assertThat((double) wrong / asked).isBetween(0.0002, 0.002);
    assertThat(keys.falsePositives()).isBetween(0.0005, 0.0015);
  }

  @Test
  void rebuild_forgetsTheOthers() {
    SeenKeys keys = new SeenKeys();
    keys.add(key(1));
    keys.rebuild(List.of(key(2)));
    assertThat(keys.mayHave(key(1))).isFalse();
    assertThat(keys.mayHave(key(2))).isTrue();
  }
}
