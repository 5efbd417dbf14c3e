package io.millrace.api.boot;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.millrace.api.intake.Intake;
import io.millrace.api.intake.IntakeRefusedException.Reason;
import java.util.Locale;

/** The API's counters. */
final class ApiMetrics implements MeterBinder {
  private final Intake intake;

  ApiMetrics(Intake intake) {
    this.intake = intake;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    FunctionCounter.builder("millrace.jobs.accepted", intake, Intake::accepted)
        .description("jobs committed by this process")
        .register(registry);
    for (Reason reason : Reason.values()) {
      FunctionCounter.builder("millrace.intake.refused", intake, i -> i.refused(reason))
          .tag("reason", reason.name().toLowerCase(Locale.ROOT))
          .description("submissions refused for want of room")
          .register(registry);
    }
    Gauge.builder("millrace.intake.waiting", intake, Intake::waiting)
        .description("submissions waiting for their commit")
        .register(registry);
    Gauge.builder("millrace.outbox.waiting", intake, Intake::unannounced)
        .description("outbox rows as of the last second, of all processes")
        .register(registry);
  }
}
