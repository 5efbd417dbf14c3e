package io.millrace.ops.bench.report;

import static io.millrace.ops.bench.result.Measurement.FLOOR;
import static io.millrace.ops.bench.result.Measurement.MILLRACE;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.ops.bench.report.Target.Judgement;
import io.millrace.ops.bench.result.Unit;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetsTest {
  private static final String JOBS = "jobs-per-second";

  @ParameterizedTest
  @CsvSource({
    "submits-per-second@16, 799, BELOW",
    "submits-per-second@16, 800, BAR",
    "submits-per-second@64, 1199, BAR",
    "submits-per-second@64, 1200, MOONSHOT"
  })
  void judge_submits_areRelatedToDbScheduler(String figure, double own, Verdict verdict) {
    Samples report =
        Samples.report()
            .rate("submit-single", MILLRACE, figure, own)
            .rate("submit-single", "db-scheduler", figure, 1000);

    assertThat(only(report).verdict()).isEqualTo(verdict);
  }

  @ParameterizedTest
  @CsvSource({"300, BELOW", "299, BAR", "150, BAR", "149, MOONSHOT"})
  void judge_tail_isBelowItsLimit(double millis, Verdict verdict) {
    assertThat(only(Samples.report().millis("submit-single", "p95@1000", millis)).verdict())
        .isEqualTo(verdict);
  }

  @Test
  void judge_drain_needsBothBars() {
    Samples report = drain(5000).rate("drain", "jobrunr", JOBS, 1000);

    Judgement judgement = only(report);

    assertThat(judgement.verdict()).isEqualTo(Verdict.BELOW);
    assertThat(judgement.barText()).isEqualTo("≥ 5,000, ≥ 6,000");
  }

  @Test
  void judge_drainWithoutJobrunr_isOpen() {
    assertThat(only(drain(5000)).verdict()).isEqualTo(Verdict.OPEN);
    assertThat(only(drain(4999)).verdict()).isEqualTo(Verdict.BELOW);
  }

  @Test
  void judge_drainMoonshot_needsBestPeerAndFloor() {
    Samples slowFloor =
        drain(11_000)
            .rate("drain", "jobrunr", JOBS, 500)
            .rate("drain", "graphile-worker", JOBS, 10_000)
            .rate("drain", FLOOR, JOBS, 22_000);
    Samples fastFloor =
        drain(11_000)
            .rate("drain", "jobrunr", JOBS, 500)
            .rate("drain", "graphile-worker", JOBS, 10_000)
            .rate("drain", FLOOR, JOBS, 22_001);
    Samples fastPeer =
        drain(11_000)
            .rate("drain", "jobrunr", JOBS, 500)
            .rate("drain", "graphile-worker", JOBS, 10_001)
            .rate("drain", FLOOR, JOBS, 22_000);

    assertThat(only(slowFloor).verdict()).isEqualTo(Verdict.MOONSHOT);
    assertThat(only(fastFloor).verdict()).isEqualTo(Verdict.BAR);
    assertThat(only(fastPeer).verdict()).isEqualTo(Verdict.BAR);
  }

  @Test
  void judge_moonshotThatCannotBeLookedAt_isBar() {
    Samples report = drain(11_000).rate("drain", "jobrunr", JOBS, 500);

    assertThat(only(report).verdict()).isEqualTo(Verdict.BAR);
  }

  @Test
  void judge_lastPage_isRelatedToTheFirst() {
    Samples near =
        Samples.report().millis("status", "page-p50@first", 2).millis("status", "page-p50@last", 3);
    Samples far =
        Samples.report()
            .millis("status", "page-p50@first", 2)
            .millis("status", "page-p50@last", 3.1);

    assertThat(only(near).verdict()).isEqualTo(Verdict.BAR);
    assertThat(only(near).barText()).isEqualTo("≤ 3 ms");
    assertThat(only(far).verdict()).isEqualTo(Verdict.BELOW);
  }

  @Test
  void judge_heapPerJob_moonshotLooksAtTheLargerRun() {
    Samples small = heap("heap-per-job", 19);
    Samples both =
        heap("heap-per-job", 19)
            .figure("long-jobs", MILLRACE, "heap-per-job@10000", Unit.BYTES, 20 * 1024);

    assertThat(only(small).verdict()).isEqualTo(Verdict.BAR);
    assertThat(only(both).verdict()).isEqualTo(Verdict.MOONSHOT);
    assertThat(only(both).moonshotText()).isEqualTo("heap-per-job@10000 ≤ 20 KiB");
  }

  @Test
  void judge_secondsGivenInMillis_areTheSameTime() {
    assertThat(only(Samples.report().millis("start-up", "worker-ready", 3000)).verdict())
        .isEqualTo(Verdict.BAR);
    assertThat(only(Samples.report().millis("start-up", "worker-ready", 3001)).verdict())
        .isEqualTo(Verdict.BELOW);
  }

  @Test
  void judge_figureMillraceDoesNotHave_isLeftOut() {
    Samples report = Samples.report().rate("drain", "jobrunr", JOBS, 500);

    assertThat(Targets.judge(new FigureIndex(report.build()))).isEmpty();
  }

  @Test
  void all_keys_areThereOnce() {
    assertThat(Targets.ALL).extracting(Target::key).doesNotHaveDuplicates();
  }

  private static Samples drain(double own) {
    return Samples.report()
        .rate("drain", MILLRACE, JOBS, own)
        .rate("drain", "db-scheduler", JOBS, 2000);
  }

  private static Samples heap(String figure, double kib) {
    return Samples.report().figure("long-jobs", MILLRACE, figure, Unit.KIB, kib);
  }

  private static Judgement only(Samples report) {
    List<Judgement> judgements = Targets.judge(new FigureIndex(report.build()));
    assertThat(judgements).hasSize(1);
    return judgements.getFirst();
  }
}
