package io.millrace.workers.handlers.http;

import static io.millrace.workers.handlers.http.Requests.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.ErrorKind;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class HttpRequestPayloadTest {
  private final HttpRequestHandler handler =
      new HttpRequestHandler(HttpRequestSettings.allowing(List.of("example.org")));
  private final JsonNode schema = JsonMapper.builder().build().readTree(handler.payloadSchema());

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'method':'CONNECT' | method is not one of",
        "'method':'get' | method is not one of",
        "'headers':{'Host':'evil'} | headers must not set Host",
        "'headers':{'transfer-ENCODING':'chunked'} | headers must not set transfer-ENCODING",
        "'headers':{'A b':'x'} | headers has a name that is no HTTP field name",
        "'headers':{'':'x'} | headers has a name that is no HTTP field name",
        "'headers':{'A':'x\\r\\nHost: evil'} | headers has a value for A that is not printable",
        "'headers':{'A':null} | headers has a value for A that is not printable",
        "'body':'x' | body is not sent with GET and HEAD",
        "'connectTimeoutMillis':0 | connectTimeoutMillis must be 1 to 60000",
        "'connectTimeoutMillis':60001 | connectTimeoutMillis must be 1 to 60000",
        "'readTimeoutMillis':3600001 | readTimeoutMillis must be 1 to 3600000",
        "'expectedStatus':[] | expectedStatus must have 1 to 16 entries",
        "'expectedStatus':[99] | expectedStatus has an entry that is neither",
        "'expectedStatus':['1xx'] | expectedStatus has an entry that is neither",
        "'expectedStatus':[true] | expectedStatus has an entry that is neither"
      })
  void run_badField_isBadPayload(String field, String message) {
    var failure = failure(handler, "{'url':'https://example.org/'," + field + "}");

    assertThat(failure.kind()).isEqualTo(ErrorKind.BAD_PAYLOAD);
    assertThat(failure.retryable()).isFalse();
    assertThat(failure.getMessage()).startsWith(message).doesNotContain("evil");
  }

  @Test
  void run_tooMuch_isBadPayload() {
    String headers =
        IntStream.range(0, 33).mapToObj(i -> "'h" + i + "':'x'").collect(Collectors.joining(","));
    String start = "{'url':'https://example.org/','method':'POST',";

    assertThat(failure(handler, start + "'headers':{" + headers + "}}"))
        .hasMessage("headers has more than 32 entries");
    assertThat(failure(handler, start + "'body':'" + "é".repeat(102_401) + "'}"))
        .hasMessage("body is longer than 204800 bytes");
  }

  @Test
  void schema_hasTheHandlersLimits() {
    assertThat(limit("/properties/headers/maxProperties"))
        .isEqualTo(HttpRequestPayload.MAX_HEADERS);
    assertThat(limit("/properties/headers/additionalProperties/maxLength"))
        .isEqualTo(HttpRequestPayload.MAX_HEADER_VALUE_CHARS);
    assertThat(limit("/properties/body/maxLength")).isEqualTo(HttpRequestPayload.MAX_BODY_BYTES);
    assertThat(limit("/properties/url/maxLength")).isEqualTo(Target.MAX_URL_CHARS);
    assertThat(limit("/properties/connectTimeoutMillis/maximum"))
        .isEqualTo(HttpRequestPayload.MAX_CONNECT_TIMEOUT_MILLIS);
    assertThat(limit("/properties/connectTimeoutMillis/default"))
        .isEqualTo(HttpRequestPayload.DEFAULT_CONNECT_TIMEOUT_MILLIS);
    assertThat(limit("/properties/readTimeoutMillis/maximum"))
        .isEqualTo(HttpRequestPayload.MAX_READ_TIMEOUT_MILLIS);
    assertThat(limit("/properties/readTimeoutMillis/default"))
        .isEqualTo(HttpRequestPayload.DEFAULT_READ_TIMEOUT_MILLIS);
    assertThat(schema.at("/properties/method/enum").valueStream().map(JsonNode::stringValue))
        .containsExactlyInAnyOrderElementsOf(HttpRequestPayload.METHODS);
  }

  @Test
  void schema_refusesTheHandlersForbiddenHeaders() {
    Pattern names =
        Pattern.compile(schema.at("/properties/headers/propertyNames/pattern").stringValue());

    for (String name : HttpRequestPayload.FORBIDDEN_HEADERS) {
      assertThat(names.matcher(name).find()).as(name).isFalse();
      assertThat(names.matcher(name.toUpperCase(Locale.ROOT)).find()).as(name).isFalse();
      assertThat(names.matcher(name + "-x").find()).as(name).isTrue();
    }
    assertThat(names.matcher("Idempotency-Key").find()).isTrue();
    assertThat(names.matcher("A b").find()).isFalse();
  }

  private int limit(String pointer) {
    return schema.at(pointer).intValue();
  }
}
