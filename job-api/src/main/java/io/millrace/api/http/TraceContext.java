package io.millrace.api.http;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import jakarta.servlet.http.HttpServletRequest;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The submitter's trace context, as it is stored with the job (W3C Trace Context, level 1). */
final class TraceContext {
  private static final Pattern TRACEPARENT =
      Pattern.compile("00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

  private TraceContext() {}

  /** The agent's span of this request; without an agent the caller's header, when well-formed. */
  static @Nullable String of(HttpServletRequest request) {
    SpanContext span = Span.current().getSpanContext();
    if (span.isValid()) {
      return "00-%s-%s-%s"
          .formatted(span.getTraceId(), span.getSpanId(), span.getTraceFlags().asHex());
    }
    String header = request.getHeader("traceparent");
    return header != null && TRACEPARENT.matcher(header).matches() ? header : null;
  }
}
