package io.millrace.ops.bench.report;

import io.millrace.ops.bench.report.Bound.AtLeast;
import io.millrace.ops.bench.report.Bound.AtMost;
import io.millrace.ops.bench.report.Bound.Below;
import io.millrace.ops.bench.report.Bound.Other;
import io.millrace.ops.bench.report.Bound.TimesBestPeer;
import io.millrace.ops.bench.report.Bound.TimesFigure;
import io.millrace.ops.bench.report.Bound.TimesSystem;
import io.millrace.ops.bench.report.Target.Judgement;
import io.millrace.ops.bench.result.Measurement;
import io.millrace.ops.bench.result.Unit;
import java.util.List;
import java.util.Optional;

/** What Millrace is meant to reach, all of it in one place; docs/bench.md says it in words. */
final class Targets {
  private static final String DB_SCHEDULER = "db-scheduler";
  private static final String JOBRUNR = "jobrunr";
  private static final String GRAPHILE_WORKER = "graphile-worker";
  private static final String JOBS = "jobs-per-second";

  static final List<Target> ALL =
      List.of(
          submits("submits-per-second@16"),
          submits("submits-per-second@64"),
          Target.of("submit-single", "p95@1000", new Below(300, Unit.MILLIS))
              .withMoonshot(new Below(150, Unit.MILLIS)),
          Target.of("submit-single", "p99@1000", new Below(500, Unit.MILLIS)),
          Target.of("submit-single", "errors@1000", new AtMost(0, Unit.COUNT)),
          Target.of("submit-bulk", JOBS, new TimesSystem(1.5, JOBRUNR))
              .withMoonshot(new TimesSystem(1, GRAPHILE_WORKER)),
          Target.of("drain", JOBS, new TimesSystem(2.5, DB_SCHEDULER), new TimesSystem(6, JOBRUNR))
              .withMoonshot(new TimesBestPeer(1.1), new TimesSystem(0.5, Measurement.FLOOR)),
          Target.of(
                  "end-to-end",
                  JOBS,
                  new TimesSystem(1.6, DB_SCHEDULER),
                  new TimesSystem(4, JOBRUNR))
              .withMoonshot(new TimesBestPeer(1)),
          Target.of("pick-up", "start-p50@50", new AtMost(10, Unit.MILLIS))
              .withMoonshot(new AtMost(4, Unit.MILLIS)),
          Target.of("pick-up", "start-p99@50", new AtMost(30, Unit.MILLIS))
              .withMoonshot(new AtMost(12, Unit.MILLIS)),
          Target.of("status", "gets-per-second@finished", new AtLeast(15_000)),
          Target.of("status", "p99@finished", new Below(50, Unit.MILLIS)),
          Target.of("status", "page-p50@last", new TimesFigure(1.5, "page-p50@first")),
          Target.of("long-jobs", "heap-per-job", new AtMost(20, Unit.KIB))
              .withMoonshot(new Other("heap-per-job@10000", new AtMost(20, Unit.KIB))),
          Target.of("runs-chain", "share-of-plain", new AtLeast(0.6)),
          Target.of("runs-chain", "hand-over-p50", new AtMost(15, Unit.MILLIS)),
          Target.of("runs-fanout", "share-of-plain", new AtLeast(0.6)),
          Target.of("runs-fanout", "hand-over-p50", new AtMost(15, Unit.MILLIS)),
          Target.of("start-up", "worker-ready", new AtMost(3, Unit.SECONDS)),
          Target.of("start-up", "up-ready", new AtMost(12, Unit.SECONDS)),
          Target.of("start-up", "worker-rss", new AtMost(190.7, Unit.MIB)),
          Target.of("start-up", "api-rss", new AtMost(238.4, Unit.MIB)));

  private Targets() {}

  /** Those whose figure Millrace has, in the order of the list. */
  static List<Judgement> judge(FigureIndex figures) {
    return ALL.stream().map(target -> target.judge(figures)).flatMap(Optional::stream).toList();
  }

  private static Target submits(String figure) {
    return Target.of("submit-single", figure, new TimesSystem(0.8, DB_SCHEDULER))
        .withMoonshot(new TimesSystem(1.2, DB_SCHEDULER));
  }
}
