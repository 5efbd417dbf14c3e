package io.millrace.workers.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class PayloadFitTest {
  private static final String SCHEMA =
      """
      {"type": "object", "required": ["url"], "additionalProperties": false,
       "properties": {"url": {"type": "string", "maxLength": 5}}}""";

  private final PayloadFit fit = PayloadFit.ofHandlers();

  @Test
  void misfit_payloadThatFits_isEmpty() {
    assertThat(misfit(SCHEMA, "{\"url\": \"abc\"}")).isNull();
  }

  @Test
  void misfit_fieldMissing_namesIt() {
    assertThat(misfit(SCHEMA, "{}"))
        .contains("no longer fits")
        .contains("required")
        .contains("url");
  }

  @Test
  void misfit_valueTooLong_namesThePlaceAndNotTheValue() {
    assertThat(misfit(SCHEMA, "{\"url\": \"secret\"}"))
        .contains("#/payload/url")
        .contains("maxLength")
        .doesNotContain("secret");
  }

  @Test
  void misfit_schemaThatIsNone_isSaid() {
    assertThat(misfit("{", "{}")).isEqualTo("the type's schema cannot be used");
  }

  private @Nullable String misfit(String schema, String payload) {
    return fit.misfit(schema, new JsonMapper().readTree(payload), "payload", "the type's schema")
        .orElse(null);
  }
}
