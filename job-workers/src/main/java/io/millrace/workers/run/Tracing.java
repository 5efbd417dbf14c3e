package io.millrace.workers.run;

import io.millrace.model.ClaimedJob;
import io.millrace.model.Outcome;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import org.jspecify.annotations.Nullable;

/**
 * Continues the submitter's trace around an attempt. The batch between them breaks the thread of
 * the trace, so its context travels in the job's row (W3C Trace Context). Without the OpenTelemetry
 * agent all of this does nothing.
 */
final class Tracing {
  private static final AttributeKey<String> JOB_ID = AttributeKey.stringKey("millrace.job.id");
  private static final AttributeKey<String> JOB_TYPE = AttributeKey.stringKey("millrace.job.type");
  private static final AttributeKey<Long> ATTEMPT = AttributeKey.longKey("millrace.job.attempt");
  private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("millrace.outcome");

  private static final TextMapGetter<ClaimedJob> FIELDS =
      new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(ClaimedJob job) {
          return java.util.List.of("traceparent");
        }

        @Override
        public @Nullable String get(@Nullable ClaimedJob job, String key) {
          return job != null && key.equals("traceparent") ? job.traceparent() : null;
        }
      };

  private Tracing() {}

  /** Starts a span under the submitter's; closing the answer ends both span and scope. */
  @SuppressWarnings("MustBeClosedChecker")
  static Scoped continued(ClaimedJob job) {
    Context parent = W3CTraceContextPropagator.getInstance().extract(Context.root(), job, FIELDS);
    Span span =
        GlobalOpenTelemetry.getTracer("io.millrace")
            .spanBuilder("run " + job.type())
            .setParent(parent)
            .setSpanKind(SpanKind.CONSUMER)
            .setAttribute(JOB_ID, job.id().toString())
            .setAttribute(JOB_TYPE, job.type())
            .setAttribute(ATTEMPT, job.attempt())
            .startSpan();
    return new Scoped(span, parent.with(span).makeCurrent());
  }

  /** A span that is current until closed. */
  record Scoped(Span span, Scope scope) implements AutoCloseable {
    void ended(Outcome outcome) {
      span.setAttribute(OUTCOME, outcome.getClass().getSimpleName());
      switch (outcome) {
        case Outcome.Failed(var error) -> span.setStatus(StatusCode.ERROR, error.kind().name());
        case Outcome.Retried(var error, var delay) ->
            span.setStatus(StatusCode.ERROR, error.kind().name());
        case Outcome.Succeeded success -> span.setStatus(StatusCode.OK);
        case Outcome.HandedBack back -> span.addEvent("handed back");
      }
    }

    @Override
    public void close() {
      scope.close();
      span.end();
    }
  }
}
