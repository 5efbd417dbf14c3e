package io.millrace.ops.bench.floor;

import io.millrace.local.LocalPostgres;
import io.millrace.local.LocalSettings;
import io.millrace.local.LonePostgres;
import io.millrace.ops.bench.BenchCase;
import io.millrace.ops.bench.BenchRun;
import io.millrace.ops.bench.result.Figure;
import io.millrace.ops.bench.result.Measurement;
import io.millrace.ops.bench.result.Unit;
import io.millrace.store.Database;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Bare batched JDBC over the real {@code job} table, on a PostgreSQL set up as Millrace's, full
 * durability. Its figures stand under the other cases' names too, so that ratios can be made.
 */
public final class FloorCase implements BenchCase {
  private static final int ROWS = 100_000;
  private static final int QUICK_ROWS = 20_000;
  private static final int WARM_UP_ROWS = 100_000;
  private static final int QUICK_WARM_UP_ROWS = 10_000;
  private static final int REPETITIONS = 3;
  private static final Duration CHECKOUT = Duration.ofSeconds(10);

  @Override
  public String name() {
    return "floor";
  }

  @Override
  public String title() {
    return "Bare JDBC on the job table: %d rows a statement, %d connections"
        .formatted(FloorRun.BATCH, FloorRun.CONNECTIONS);
  }

  @Override
  public List<Measurement> run(BenchRun run) throws Exception {
    int rows = run.quick() ? QUICK_ROWS : ROWS;
    LocalSettings settings = LocalSettings.at(run.folder().resolve("floor"));
    try (LonePostgres lone = LonePostgres.start(settings);
        Database database = open(lone.postgres())) {
      database.migrate();
      FloorRun floor = new FloorRun(database.dataSource());
      run.progress().beginSteps("floor", REPETITIONS + 1L);
      floor.over(run.quick() ? QUICK_WARM_UP_ROWS : WARM_UP_ROWS);
      List<FloorRun.Times> times = new ArrayList<>();
      for (int i = 1; i <= REPETITIONS; i++) {
        run.progress().at(i);
        floor.empty();
        times.add(floor.over(rows));
      }
      run.progress().end();
      return measurements(rows, times);
    }
  }

  static List<Measurement> measurements(int rows, List<FloorRun.Times> times) {
    ToDoubleFunction<FloorRun.Times> insert = FloorRun.Times::insert;
    ToDoubleFunction<FloorRun.Times> work = t -> t.claim() + t.complete();
    ToDoubleFunction<FloorRun.Times> all = t -> t.insert() + t.claim() + t.complete();
    return List.of(
        Measurement.of(
            "floor",
            Measurement.FLOOR,
            List.of(
                figure("insert-per-second", "Rows inserted", rows, times, insert),
                figure("claim-per-second", "Rows claimed", rows, times, FloorRun.Times::claim),
                figure(
                    "complete-per-second",
                    "Rows completed",
                    rows,
                    times,
                    FloorRun.Times::complete))),
        jobs("submit-bulk", "Rows inserted", rows, times, insert),
        jobs("drain", "Rows claimed and completed", rows, times, work),
        jobs("end-to-end", "Rows inserted, claimed and completed", rows, times, all));
  }

  private static Measurement jobs(
      String caseName,
      String label,
      int rows,
      List<FloorRun.Times> times,
      ToDoubleFunction<FloorRun.Times> seconds) {
    return Measurement.of(
        caseName,
        Measurement.FLOOR,
        List.of(figure("jobs-per-second", label, rows, times, seconds)));
  }

  /** The median over the repetitions. */
  private static Figure figure(
      String id,
      String label,
      int rows,
      List<FloorRun.Times> times,
      ToDoubleFunction<FloorRun.Times> seconds) {
    double[] sorted = times.stream().mapToDouble(seconds).sorted().toArray();
    return new Figure(id, label, Unit.PER_SECOND, rows / sorted[sorted.length / 2]);
  }

  private static Database open(LocalPostgres postgres) {
    return Database.open(
        postgres.jdbcUrl(),
        postgres.username(),
        postgres.password(),
        FloorRun.CONNECTIONS + 1,
        CHECKOUT);
  }
}
