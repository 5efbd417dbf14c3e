package io.millrace.ops.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LineCounterTest {
  private static final String TEXT =
      """
      {"line":1,"id":"01","state":"READY"}
      {"line":2,"error":{"title":"no","id":"x"}}
      {"line":3,"error":{"title":"second"}}
      {"line":4,"id":"02","state":"READY"}
      """;

  @Test
  void read_whole_tellsAcceptedFromRefused() {
    LineCounter counter = new LineCounter();
    counter.read(Unpooled.copiedBuffer(TEXT, StandardCharsets.UTF_8));

    assertThat(counter.accepted()).isEqualTo(2);
    assertThat(counter.refused()).isEqualTo(2);
    assertThat(counter.refusal()).isEqualTo("error\":{\"title\":\"no\",\"id\":\"x\"}}");
  }

  @Test
  void read_byteByByte_countsTheSame() {
    LineCounter counter = new LineCounter();
    for (byte given : TEXT.getBytes(StandardCharsets.UTF_8)) {
      counter.read(Unpooled.wrappedBuffer(new byte[] {given}));
    }
    assertThat(counter.accepted()).isEqualTo(2);
    assertThat(counter.refused()).isEqualTo(2);
  }

  @Test
  void allowance_ofSome_endsAfterThem() {
    Allowance allowance = Allowance.of(130);
    assertThat(allowance.take(128)).isEqualTo(128);
    assertThat(allowance.take(128)).isEqualTo(2);
    assertThat(allowance.take(128)).isEqualTo(Allowance.NO_MORE);
  }
}
