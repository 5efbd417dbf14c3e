package io.millrace.ops.bench.report;

import io.millrace.ops.bench.result.BenchReport;
import io.millrace.ops.bench.result.Figure;
import io.millrace.ops.bench.result.Measurement;
import io.millrace.ops.bench.result.Unit;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A report in the making, with figures that were never measured. */
public final class Samples {
  private final List<Measurement> measurements = new ArrayList<>();
  private final List<String> remarks = new ArrayList<>();
  private boolean quick;

  public static Samples report() {
    return new Samples();
  }

  public Samples quick() {
    quick = true;
    return this;
  }

  public Samples remark(String remark) {
    remarks.add(remark);
    return this;
  }

  /** The speed of the machine: what a comparison needs. */
  public Samples floorInserts(double perSecond) {
    return rate("floor", Measurement.FLOOR, "insert-per-second", perSecond);
  }

  public Samples rate(String caseName, String system, String figure, double perSecond) {
    return figure(caseName, system, figure, Unit.PER_SECOND, perSecond);
  }

  public Samples millis(String caseName, String figure, double millis) {
    return figure(caseName, Measurement.MILLRACE, figure, Unit.MILLIS, millis);
  }

  public Samples figure(String caseName, String system, String figure, Unit unit, double value) {
    Figure one = new Figure(figure, "the " + figure, unit, value);
    return add(Measurement.of(caseName, system, List.of(one)));
  }

  public Samples add(Measurement measurement) {
    measurements.add(measurement);
    return this;
  }

  public BenchReport build() {
    return new BenchReport(
        Instant.parse("2030-05-01T08:00:00Z"),
        Map.of("cores", "4"),
        Map.of("PostgreSQL", "18.6.0"),
        Map.of("cases", "floor"),
        7,
        quick,
        List.copyOf(remarks),
        List.copyOf(measurements));
  }
}
