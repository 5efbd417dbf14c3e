package io.millrace.workers.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.ClaimedJob;
import io.millrace.model.ErrorKind;
import io.millrace.model.JobError;
import io.millrace.model.Outcome;
import io.millrace.workers.run.Tracing.AttemptSpan;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TracingTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String PARENT = "00f067aa0ba902b7";
  private static final AttributeKey<Boolean> RECORDED =
      AttributeKey.booleanKey("millrace.recorded");
  private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

  private final Ended ended = new Ended();
  private final Tracer tracer =
      SdkTracerProvider.builder().addSpanProcessor(ended).build().get("test");

  @Test
  void outcome_recorded_endsBothSpansUnderTheSubmitters() {
    AttemptSpan span = Tracing.continued(tracer, job("00-" + TRACE + "-" + PARENT + "-01"));
    try (Scope _ = span.enter()) {
      assertThat(Span.current().getSpanContext().getTraceId()).isEqualTo(TRACE);
    }
    assertThat(Span.current().getSpanContext().isValid()).isFalse();
    span.ran(new Outcome.Succeeded("1"));
    assertThat(ended.spans).isEmpty();
    span.recorded(true);

    SpanData record = ended.spans.get(0);
    SpanData run = ended.spans.get(1);
    assertThat(run.getName()).isEqualTo("run echo");
    assertThat(run.getTraceId()).isEqualTo(TRACE);
    assertThat(run.getParentSpanId()).isEqualTo(PARENT);
    assertThat(run.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(run.getAttributes().get(RECORDED)).isTrue();
    assertThat(record.getName()).isEqualTo("record outcome");
    assertThat(record.getParentSpanId()).isEqualTo(run.getSpanId());
  }

  @Test
  void outcome_leaseLost_isAnErrorEvenAfterSuccess() {
    SpanData run = run(new Outcome.Succeeded("1"), false);

    assertThat(run.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(run.getAttributes().get(ERROR_TYPE)).isEqualTo("LEASE_LOST");
    assertThat(run.getAttributes().get(RECORDED)).isFalse();
    assertThat(ended.spans.getFirst().getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
  }

  @Test
  void outcome_neverRecorded_isAnError() {
    SpanData run = run(new Outcome.Succeeded("1"), null);

    assertThat(run.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(run.getAttributes().get(RECORDED)).isFalse();
  }

  @Test
  void outcome_failed_carriesTheKindAndNotTheMessage() {
    SpanData run = run(new Outcome.Failed(new JobError(ErrorKind.DEPENDENCY, "secret", 1)), true);

    assertThat(run.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(run.getAttributes().get(ERROR_TYPE)).isEqualTo("DEPENDENCY");
    assertThat(run.toString()).doesNotContain("secret");
  }

  @Test
  void submitter_notSampled_keepsTheContextAndRecordsNoSpan() {
    AttemptSpan span = Tracing.continued(tracer, job("00-" + TRACE + "-" + PARENT + "-00"));
    try (Scope _ = span.enter()) {
      assertThat(Span.current().getSpanContext().getTraceId()).isEqualTo(TRACE);
      assertThat(Span.current().getSpanContext().isSampled()).isFalse();
    }
    span.ran(new Outcome.Succeeded("1"));
    span.recorded(true);

    assertThat(ended.spans).isEmpty();
  }

  @Test
  void submitter_withoutTrace_startsOne() {
    AttemptSpan span = Tracing.continued(tracer, job(null));
    span.ran(new Outcome.HandedBack(java.time.Duration.ZERO, "why"));
    span.recorded(true);

    assertThat(ended.spans.getLast().getParentSpanContext().isValid()).isFalse();
  }

  @Test
  void agent_absent_allocatesNothing() {
    ClaimedJob job = job("00-" + TRACE + "-" + PARENT + "-01");
    Outcome outcome = new Outcome.Succeeded("1");
    attempts(job, outcome, 1);
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    threads.getCurrentThreadAllocatedBytes();
    long before = threads.getCurrentThreadAllocatedBytes();
    attempts(job, outcome, 10_000);
    long bytes = threads.getCurrentThreadAllocatedBytes() - before;

    // Far less than one object per attempt; what there is belongs to the JVM.
    assertThat(bytes).isLessThan(10_000);
  }

  private static void attempts(ClaimedJob job, Outcome outcome, int count) {
    for (int i = 0; i < count; i++) {
      AttemptSpan span = Tracing.continued(job);
      try (Scope _ = span.enter()) {
        span.ran(outcome);
      }
      span.recorded(true);
    }
  }

  private SpanData run(Outcome outcome, @Nullable Boolean recorded) {
    AttemptSpan span = Tracing.continued(tracer, job(null));
    span.ran(outcome);
    span.recorded(recorded);
    return ended.spans.getLast();
  }

  private static ClaimedJob job(@Nullable String traceparent) {
    return new ClaimedJob(
        new UUID(1, 2), "default", "echo", 7, 1, 0, 3, 1_000, null, null, 0, "{}", traceparent);
  }

  /** Keeps the spans that have ended, in that order. */
  private static final class Ended implements SpanProcessor {
    private final List<SpanData> spans = new ArrayList<>();

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {}

    @Override
    public boolean isStartRequired() {
      return false;
    }

    @Override
    public void onEnd(ReadableSpan span) {
      spans.add(span.toSpanData());
    }

    @Override
    public boolean isEndRequired() {
      return true;
    }
  }
}
