package io.millrace.workers.handlers;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.ErrorKind;
import io.millrace.model.Limits;
import io.millrace.workers.handler.JobHandler;
import io.millrace.workers.handlers.http.HttpRequestHandler;
import io.millrace.workers.handlers.http.HttpRequestSettings;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A schema and its record describe the same payload. */
class PayloadSchemaTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  static Stream<JobHandler<?>> handlers() {
    return Stream.of(
        new EchoHandler(),
        new SleepHandler(),
        new FailHandler(),
        new HttpRequestHandler(HttpRequestSettings.NONE));
  }

  @ParameterizedTest
  @MethodSource("handlers")
  void schema_hasTheRecordsComponents(JobHandler<?> handler) {
    JsonNode schema = JSON.readTree(handler.payloadSchema());

    assertThat(schema.get("properties").propertyNames())
        .containsExactlyInAnyOrderElementsOf(names(components(handler).stream()));
    assertThat(schema.get("additionalProperties").asBoolean(true)).isFalse();
    assertThat(schema.get("$schema").stringValue())
        .isEqualTo("https://json-schema.org/draft/2020-12/schema");
  }

  @ParameterizedTest
  @MethodSource("handlers")
  void schema_requiresWhatTheRecordCannotLeaveOut(JobHandler<?> handler) {
    JsonNode required = JSON.readTree(handler.payloadSchema()).path("required");

    assertThat(required.valueStream().map(JsonNode::stringValue))
        .containsExactlyInAnyOrderElementsOf(
            names(
                components(handler).stream()
                    .filter(c -> !c.getAnnotatedType().isAnnotationPresent(Nullable.class))));
  }

  @Test
  void failSchema_namesEveryErrorKind() {
    JsonNode schema = JSON.readTree(new FailHandler().payloadSchema());

    assertThat(schema.at("/properties/kind/enum").valueStream().map(JsonNode::stringValue))
        .containsExactlyElementsOf(Arrays.stream(ErrorKind.values()).map(Enum::name).toList());
    assertThat(schema.at("/properties/failAttempts/maximum").intValue())
        .isEqualTo(Limits.MAX_ATTEMPTS);
    assertThat(schema.at("/properties/message/maxLength").intValue())
        .isEqualTo(FailPayload.MAX_MESSAGE_CHARS);
  }

  @Test
  void sleepSchema_hasTheHandlersLimits() {
    JsonNode schema = JSON.readTree(new SleepHandler().payloadSchema());

    assertThat(schema.at("/properties/millis/maximum").longValue())
        .isEqualTo(SleepPayload.MAX_MILLIS);
    assertThat(schema.at("/properties/steps/maximum").intValue()).isEqualTo(SleepPayload.MAX_STEPS);
  }

  private static List<RecordComponent> components(JobHandler<?> handler) {
    return List.of(handler.payloadType().getRecordComponents());
  }

  private static List<String> names(Stream<RecordComponent> components) {
    return components.map(RecordComponent::getName).toList();
  }
}
