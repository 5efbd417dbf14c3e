package io.millrace.workflow.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.Limits;
import io.millrace.store.ArtifactStore.Large;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LargeFieldsTest {
  private static final UUID JOB = new UUID(1, 2);
  private static final int INLINE = 1_000;

  @Test
  void of_smallPayload_staysWhole() {
    LargeFields split = LargeFields.of(JOB, Map.of("a", "x".repeat(900)), INLINE);
    assertThat(split.payload()).isEqualTo("{\"a\":\"" + "x".repeat(900) + "\"}");
    assertThat(split.fields()).isEmpty();
  }

  @Test
  void of_largeField_standsBesideThePayload() {
    Map<String, Object> payload = new LinkedHashMap<>();
    payload.put("rows", List.of("ä".repeat(2_000)));
    payload.put("name", "n");
    LargeFields split = LargeFields.of(JOB, payload, INLINE);
    Large field = split.fields().getFirst();
    assertThat(field.job()).isEqualTo(JOB);
    assertThat(field.field()).isEqualTo("rows");
    assertThat(field.content()).isEqualTo("[\"" + "ä".repeat(2_000) + "\"]");
    assertThat(field.bytes()).as("in UTF-8").isEqualTo(4_004);
    assertThat(field.hash()).hasSize(64);
    assertThat(split.payload())
        .contains("\"name\":\"n\"", "\"$artifact\":\"" + field.hash() + "\"", "\"bytes\":4004");
    assertThat(split.isTooLong()).isFalse();
  }

  @Test
  void of_sameValueTwice_hasTheSameHash() {
    String text = "x".repeat(2_000);
    LargeFields split = LargeFields.of(JOB, Map.of("a", text, "b", text), INLINE);
    assertThat(split.fields()).extracting(Large::hash).hasSize(2);
    assertThat(split.fields().stream().map(Large::hash).distinct()).hasSize(1);
  }

  @Test
  void of_manyFieldsThatAreEachSmall_isTooLong() {
    Map<String, Object> payload = new LinkedHashMap<>();
    for (int i = 0; i < Limits.MAX_PAYLOAD_BYTES / 500; i++) {
      payload.put("f" + i, "x".repeat(500));
    }
    LargeFields split = LargeFields.of(JOB, payload, INLINE);
    assertThat(split.fields()).isEmpty();
    assertThat(split.isTooLong()).isTrue();
  }

  @Test
  void of_largeValueThatIsNoObject_staysWhole() {
    LargeFields split = LargeFields.of(JOB, "x".repeat(Limits.MAX_PAYLOAD_BYTES), INLINE);
    assertThat(split.fields()).isEmpty();
    assertThat(split.isTooLong()).isTrue();
  }
}
