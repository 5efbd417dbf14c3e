package io.millrace.ops.bench.suite;

import io.millrace.ops.bench.BenchCase;
import io.millrace.ops.bench.BenchRun;
import io.millrace.ops.bench.result.Figure;
import io.millrace.ops.bench.result.Measurement;
import io.millrace.ops.bench.result.Notes;
import io.millrace.ops.bench.result.Unit;
import java.util.List;

/** A case that measures what it is told to. */
public record FakeCase(String name, Body body, Notes notes) implements BenchCase {
  /** What it does. */
  public interface Body {
    List<Measurement> run(BenchRun run) throws Exception;
  }

  /** One without notes. */
  public FakeCase(String name, Body body) {
    this(name, body, Notes.NONE);
  }

  /** One with a rate of Millrace. */
  public static FakeCase rate(String name, double perSecond) {
    return new FakeCase(name, _ -> List.of(one(name, Measurement.MILLRACE, perSecond)));
  }

  /** The floor, with what comparisons need. */
  public static FakeCase floor(double perSecond) {
    return new FakeCase(
        Cases.FLOOR,
        _ ->
            List.of(
                Measurement.of(
                    Cases.FLOOR,
                    Measurement.FLOOR,
                    List.of(
                        new Figure("insert-per-second", "inserts", Unit.PER_SECOND, perSecond)))));
  }

  @Override
  public String title() {
    return "a case of " + name;
  }

  @Override
  public List<Measurement> run(BenchRun run) throws Exception {
    return body.run(run);
  }

  private static Measurement one(String name, String system, double perSecond) {
    return Measurement.of(
        name, system, List.of(new Figure("jobs-per-second", "jobs", Unit.PER_SECOND, perSecond)));
  }
}
