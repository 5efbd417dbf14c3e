package io.millrace.workers.run;

import io.millrace.model.ClaimedJob;
import io.millrace.model.ErrorKind;
import io.millrace.model.Outcome;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Continues the submitter's trace around an attempt, up to the record of its outcome. The batch
 * between them breaks the thread of the trace, so its context travels in the job's row (W3C Trace
 * Context). Without the OpenTelemetry agent all of this does and allocates nothing.
 */
final class Tracing {
  private static final AttributeKey<String> JOB_ID = AttributeKey.stringKey("millrace.job.id");
  private static final AttributeKey<String> JOB_TYPE = AttributeKey.stringKey("millrace.job.type");
  private static final AttributeKey<Long> ATTEMPT = AttributeKey.longKey("millrace.job.attempt");
  private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("millrace.outcome");
  private static final AttributeKey<Boolean> RECORDED =
      AttributeKey.booleanKey("millrace.recorded");
  private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

  private static final TextMapGetter<ClaimedJob> FIELDS =
      new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(ClaimedJob job) {
          return List.of("traceparent");
        }

        @Override
        public @Nullable String get(@Nullable ClaimedJob job, String key) {
          return job != null && key.equals("traceparent") ? job.traceparent() : null;
        }
      };

  private static final Tracer TRACER = GlobalOpenTelemetry.getTracer("io.millrace");
  private static final AttemptSpan NONE =
      new AttemptSpan(TRACER, Context.root(), Span.getInvalid());

  private Tracing() {}

  /** Starts a span under the submitter's; it ends with {@link AttemptSpan#recorded}. */
  static AttemptSpan continued(ClaimedJob job) {
    return TRACER.isEnabled() ? continued(TRACER, job) : NONE;
  }

  static AttemptSpan continued(Tracer tracer, ClaimedJob job) {
    Context parent = W3CTraceContextPropagator.getInstance().extract(Context.root(), job, FIELDS);
    Span span =
        tracer
            .spanBuilder("run " + job.type())
            .setParent(parent)
            .setSpanKind(SpanKind.CONSUMER)
            .setAttribute(JOB_ID, job.id().toString())
            .setAttribute(JOB_TYPE, job.type())
            .setAttribute(ATTEMPT, job.attempt())
            .startSpan();
    return new AttemptSpan(tracer, parent.with(span), span);
  }

  /**
   * The span of an attempt. Its handler runs on one thread and its outcome is recorded on another;
   * the queue between the two orders them.
   */
  static final class AttemptSpan {
    private final Tracer tracer;
    private final Context context;
    private final Span span;
    private Span recording = Span.getInvalid();
    private @Nullable ErrorKind error;

    private AttemptSpan(Tracer tracer, Context context, Span span) {
      this.tracer = tracer;
      this.context = context;
      this.span = span;
    }

    /** Makes what the handler does part of the span, until closed. */
    @SuppressWarnings("MustBeClosedChecker") // handed on to the caller's try
    Scope enter() {
      return this == NONE ? Scope.noop() : context.makeCurrent();
    }

    /** The handler is done; what follows is the wait for the record. */
    void ran(Outcome outcome) {
      if (!span.isRecording()) {
        return;
      }
      span.setAttribute(OUTCOME, outcome.getClass().getSimpleName());
      error =
          switch (outcome) {
            case Outcome.Failed(var failure) -> failure.kind();
            case Outcome.Retried(var failure, var _) -> failure.kind();
            case Outcome.Succeeded _, Outcome.HandedBack _, Outcome.Cancelled _ -> null;
          };
      recording = tracer.spanBuilder("record outcome").setParent(context).startSpan();
    }

    /**
     * Ends the span.
     *
     * @param recorded false when the lease was lost; null when nobody knows, because the worker
     *     gave up on the database
     */
    void recorded(@Nullable Boolean recorded) {
      if (!span.isRecording()) {
        return;
      }
      boolean written = Boolean.TRUE.equals(recorded);
      ErrorKind kind = Boolean.FALSE.equals(recorded) ? ErrorKind.LEASE_LOST : error;
      if (!written) {
        recording.setStatus(StatusCode.ERROR);
      }
      recording.end();
      span.setAttribute(RECORDED, written);
      if (kind != null) {
        span.setAttribute(ERROR_TYPE, kind.name());
      }
      if (kind != null || !written) {
        span.setStatus(StatusCode.ERROR, kind == null ? "NOT_RECORDED" : kind.name());
      }
      span.end();
    }
  }
}
