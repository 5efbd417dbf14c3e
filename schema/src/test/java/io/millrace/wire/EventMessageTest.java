package io.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.JobEvent;
import io.millrace.model.JobState;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class EventMessageTest {
  private static final UUID JOB = UUID.fromString("0198c1de-6f00-7abc-8def-0123456789ab");
  private static final Instant AT = Instant.parse("2026-03-01T10:20:30.456Z");

  /** What consumers rely on, byte for byte: a change here is a new version of the shape. */
  @Test
  void encode_anEvent_isACloudEventInBinaryMode() {
    ProducerRecord<byte[], byte[]> record =
        EventMessage.encode(
            event(7, "FAILED", "{\"error\": {\"kind\": \"HANDLER\"}}"), "/millrace/oslo");
    assertThat(record.topic()).isEqualTo("millrace.events");
    assertThat(record.partition()).isNull();
    assertThat(record.timestamp()).isEqualTo(AT.toEpochMilli());
    assertThat(text(record.key())).isEqualTo(JOB.toString());
    Map<String, String> headers = new TreeMap<>();
    record.headers().forEach(header -> headers.put(header.key(), text(header.value())));
    assertThat(headers)
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                Map.entry("ce_specversion", "1.0"),
                Map.entry("ce_id", JOB + "/7"),
                Map.entry("ce_source", "/millrace/oslo"),
                Map.entry("ce_type", "io.millrace.job.failed"),
                Map.entry("ce_subject", JOB.toString()),
                Map.entry("ce_time", "2026-03-01T10:20:30.456Z"),
                Map.entry("ce_dataschema", "https://millrace.io/schemas/job-event/1"),
                Map.entry("ce_tenant", "acme"),
                Map.entry("ce_jobtype", "http.request"),
                Map.entry("ce_attempt", "2"),
                Map.entry("ce_sequence", "7"),
                Map.entry("content-type", "application/json")));
    assertThat(text(record.value()))
        .isEqualTo(
            "{\"jobId\":\"0198c1de-6f00-7abc-8def-0123456789ab\",\"tenant\":\"acme\","
                + "\"type\":\"http.request\",\"n\":7,\"at\":\"2026-03-01T10:20:30.456Z\","
                + "\"kind\":\"FAILED\",\"attempt\":2,"
                + "\"detail\":{\"error\": {\"kind\": \"HANDLER\"}}}");
  }

  @Test
  void encode_sameEventTwice_hasTheSameId() {
    JobEvent event = event(1, "READY", null);
    assertThat(EventMessage.encode(event, "/a").headers().lastHeader("ce_id").value())
        .isEqualTo(EventMessage.encode(event, "/a").headers().lastHeader("ce_id").value());
  }

  @Test
  void json_detailOverSeveralLines_isOneLineAndTheSameDocument() {
    String detail = "{\r\n  \"text\": \"a\\nb\",\n  \"n\": 1\n}";
    String json = EventMessage.json(event(3, JobEvent.OUTPUT, detail));
    assertThat(json).doesNotContain("\n").doesNotContain("\r");
    JsonMapper mapper = new JsonMapper();
    JsonNode read = mapper.readTree(json);
    assertThat(read.path("detail")).isEqualTo(mapper.readTree(detail));
  }

  @Test
  void json_noDetail_leavesItOut() {
    assertThat(EventMessage.json(event(1, "READY", null))).doesNotContain("detail");
  }

  @ParameterizedTest
  @EnumSource(JobState.class)
  void type_ofEveryState_isLowerCaseLettersAndDots(JobState state) {
    assertThat(EventMessage.type(state.name())).matches("io\\.millrace\\.job\\.[a-z]+");
  }

  @Test
  void type_kindWithAnUnderscore_hasADot() {
    assertThat(EventMessage.type(JobEvent.CANCEL_REQUESTED))
        .isEqualTo("io.millrace.job.cancel.requested");
  }

  private static JobEvent event(int n, String kind, @org.jspecify.annotations.Nullable String d) {
    return new JobEvent(JOB, "acme", "http.request", n, AT, kind, 2, d);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
