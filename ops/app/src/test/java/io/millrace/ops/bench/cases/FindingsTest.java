package io.millrace.ops.bench.cases;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.ops.bench.result.Figure;
import io.millrace.ops.bench.result.Measurement;
import io.millrace.ops.bench.result.Unit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class FindingsTest {
  @Test
  void measured_histogramOfMicroseconds_givesMilliseconds() {
    Histogram micros = new Histogram(1, 3_600_000_000L, 3);
    for (int i = 1; i <= 100; i++) {
      micros.recordValue(i * 1000);
    }
    Findings findings = new Findings("pick-up");
    findings.percentile("start-p50@50", "p50", micros, 50);
    findings.latencies("start", micros);
    findings.fault(null);
    Measurement measured = findings.measured().getFirst();

    Figure figure = measured.figures().getFirst();
    assertThat(figure.unit()).isEqualTo(Unit.MILLIS);
    assertThat(figure.value()).isBetween(50.0, 50.1);
    assertThat(measured.latencies().getFirst().count()).isEqualTo(100);
    assertThat(measured.caseName()).isEqualTo("pick-up");
    assertThat(measured.faults()).isEmpty();
  }

  @Test
  void percentile_withoutValues_isZero() {
    Findings findings = new Findings("status");
    findings.percentile("p99@ready", "p99", new Histogram(3), 99);
    assertThat(findings.measured().getFirst().figures().getFirst().value()).isZero();
  }
}
