package io.millrace.ops.bench.suite;

import io.millrace.ops.bench.BenchCase;
import io.millrace.ops.bench.cases.CacheCase;
import io.millrace.ops.bench.cases.DrainCase;
import io.millrace.ops.bench.cases.EndToEndCase;
import io.millrace.ops.bench.cases.LongJobsCase;
import io.millrace.ops.bench.cases.PickUpCase;
import io.millrace.ops.bench.cases.RampCase;
import io.millrace.ops.bench.cases.RunsCase;
import io.millrace.ops.bench.cases.StatusCase;
import io.millrace.ops.bench.cases.SubmitBulkCase;
import io.millrace.ops.bench.cases.SubmitSingleCase;
import io.millrace.ops.bench.floor.FloorCase;
import io.millrace.ops.bench.peers.PeersCase;
import io.millrace.ops.bench.start.StartUpCase;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** What {@code ops/millrace bench} measures. */
public final class Cases {
  /** What the database alone can do; first, because the others are related to it. */
  static final String FLOOR = "floor";

  /** Other products; last, because they take longest and the figures of Millrace are wanted. */
  static final String PEERS = "peers";

  private Cases() {}

  /** All of them, in the order they run. */
  public static List<BenchCase> all() {
    return ordered(
        List.of(
            new FloorCase(),
            new SubmitSingleCase(),
            new SubmitBulkCase(),
            new DrainCase(),
            new EndToEndCase(),
            new PickUpCase(),
            new StatusCase(),
            new CacheCase(),
            new LongJobsCase(),
            new RampCase(),
            new RunsCase(RunsCase.CHAIN),
            new RunsCase(RunsCase.FAN_OUT),
            new StartUpCase(),
            new PeersCase()));
  }

  /** The floor first, the peers last, the rest as given. */
  static List<BenchCase> ordered(List<BenchCase> cases) {
    return cases.stream()
        .sorted(
            Comparator.comparingInt(
                one ->
                    switch (one.name()) {
                      case FLOOR -> 0;
                      case PEERS -> 2;
                      default -> 1;
                    }))
        .toList();
  }

  /**
   * Those of these names, in the order they run; all when no name is given.
   *
   * @throws IllegalArgumentException with a sentence that lists the cases, when a name is unknown
   */
  public static List<BenchCase> named(List<BenchCase> cases, List<String> names) {
    for (String name : names) {
      if (cases.stream().noneMatch(one -> one.name().equals(name))) {
        throw new IllegalArgumentException(
            "there is no case '"
                + name
                + "'; the cases are "
                + ordered(cases).stream().map(BenchCase::name).collect(Collectors.joining(", ")));
      }
    }
    return ordered(
        cases.stream().filter(one -> names.isEmpty() || names.contains(one.name())).toList());
  }

  /** Whether what is measured has something to relate rates to. */
  public static boolean hasFloor(List<BenchCase> cases) {
    return cases.stream().anyMatch(one -> one.name().equals(FLOOR));
  }
}
