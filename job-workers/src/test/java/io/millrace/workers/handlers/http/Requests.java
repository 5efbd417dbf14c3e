package io.millrace.workers.handlers.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.workers.handler.JobFailedException;
import io.millrace.workers.handlers.RecordedContext;
import java.net.InetAddress;
import java.util.List;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Runs requests written as JSON, as a caller would. */
final class Requests {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private Requests() {}

  /** A name server that knows one answer. */
  static NameLookup resolvingTo(String... literals) {
    return host -> List.of(literals).stream().map(InetAddress::ofLiteral).toList();
  }

  static HttpRequestPayload payload(String json) {
    return JSON.readValue(json.replace('\'', '"'), HttpRequestPayload.class);
  }

  static HttpRequestResult run(HttpRequestHandler handler, String json) throws Exception {
    return handler.run(payload(json), new RecordedContext());
  }

  static JobFailedException failure(HttpRequestHandler handler, String json) {
    var failure = catchThrowableOfType(JobFailedException.class, () -> run(handler, json));
    assertThat(failure).as("failure of " + json).isNotNull();
    return failure;
  }
}
