package io.millrace.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.ops.bench.BenchCase;
import io.millrace.ops.bench.report.ReportJson;
import io.millrace.ops.bench.report.Samples;
import io.millrace.ops.bench.result.BenchReport;
import io.millrace.ops.bench.suite.FakeCase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class BenchCommandTest {
  @TempDir Path dir;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<String> ran = new ArrayList<>();

  @Test
  void bench_all_measuresWritesAndPrints() throws Exception {
    assertThat(run("--out", results().toString(), "--seed", "42")).as(err.toString()).isZero();

    assertThat(ran).containsExactly("floor", "drain", "status");
    BenchReport report = ReportJson.read(results().resolve("report.json"));
    assertThat(report.seed()).isEqualTo(42);
    assertThat(report.quick()).isFalse();
    assertThat(results().resolve("report.html")).exists();
    assertThat(out.toString())
        .contains("[1/3] floor")
        .containsPattern("drain +jobs-per-second +/s +900")
        .contains("Reports: " + results().resolve("report.json"));
  }

  @Test
  void bench_only_measuresThose() {
    assertThat(run("--only", "status,drain", "--quick", "--out", results().toString())).isZero();

    assertThat(ran).containsExactly("drain", "status");
    assertThat(out.toString()).contains("--quick");
  }

  @Test
  void bench_onlyUnknown_listsTheCases() {
    assertThat(run("--only", "drian", "--out", results().toString())).isEqualTo(ExitCode.USAGE);

    assertThat(err.toString()).contains("no case 'drian'; the cases are floor, drain, status");
    assertNothingWasDone();
  }

  @Test
  void bench_compareMissing_isRefusedBeforeMeasuring() {
    assertThat(run("--compare", dir.resolve("gone.json").toString(), "--out", results().toString()))
        .isEqualTo(ExitCode.USAGE);

    assertThat(err.toString()).contains("--compare: ").contains("gone.json");
    assertNothingWasDone();
  }

  @Test
  void bench_compareGarbage_isRefusedBeforeMeasuring() throws Exception {
    Path garbage = Files.writeString(dir.resolve("old.json"), "{\"a\":");

    assertThat(run("--compare", garbage.toString(), "--out", results().toString()))
        .isEqualTo(ExitCode.USAGE);

    assertThat(err.toString()).contains("old.json is no report");
    assertNothingWasDone();
  }

  @Test
  void bench_compareQuickWithFull_isRefusedBeforeMeasuring() throws Exception {
    Path old = old(Samples.report().floorInserts(1000).quick());

    assertThat(run("--compare", old.toString(), "--out", results().toString()))
        .isEqualTo(ExitCode.USAGE);

    assertThat(err.toString()).contains("give --quick");
    assertNothingWasDone();
  }

  @Test
  void bench_compareWithoutFloor_isRefusedBeforeMeasuring() throws Exception {
    Path old = old(Samples.report().floorInserts(1000));

    assertThat(run("--compare", old.toString(), "--only", "drain", "--out", results().toString()))
        .isEqualTo(ExitCode.USAGE);

    assertThat(err.toString()).contains("--only leaves out");
    assertNothingWasDone();
  }

  @Test
  void bench_compareLost_exitsOne() throws Exception {
    Path old =
        old(Samples.report().floorInserts(1000).rate("drain", "millrace", "jobs-per-second", 1001));

    assertThat(run("--compare", old.toString(), "--out", results().toString()))
        .isEqualTo(ExitCode.JOB_FAILED);

    assertThat(out.toString()).contains("Compared with the run of 2030-05-01").contains("FAILED");
  }

  @Test
  void bench_compareHeld_exitsZero() throws Exception {
    Path old =
        old(Samples.report().floorInserts(1000).rate("drain", "millrace", "jobs-per-second", 950));

    assertThat(run("--compare", old.toString(), "--out", results().toString())).isZero();

    assertThat(out.toString()).contains("No rate is more than 10 % worse");
  }

  @Test
  void bench_outIsAFile_isRefusedBeforeMeasuring() throws Exception {
    Path file = Files.writeString(dir.resolve("file"), "");

    assertThat(run("--out", file.toString())).isEqualTo(ExitCode.USAGE);

    assertThat(err.toString()).contains("--out: " + file + " cannot be written");
    assertThat(ran).isEmpty();
  }

  @Test
  void bench_outHasAReport_isNotOverwritten() throws Exception {
    Files.createDirectories(results());
    Path old = Files.writeString(results().resolve("report.json"), "precious");

    assertThat(run("--out", results().toString())).isEqualTo(ExitCode.USAGE);

    assertThat(err.toString()).contains("has a report.json already");
    assertThat(old).hasContent("precious");
    assertThat(ran).isEmpty();
  }

  @Test
  void bench_caseThrows_exitsOneWithItsSentence() {
    List<BenchCase> cases =
        List.of(
            new FakeCase(
                "drain",
                _ -> {
                  throw new IllegalStateException("the disk is full");
                }));

    assertThat(execute(cases, "--out", results().toString())).isEqualTo(ExitCode.JOB_FAILED);

    assertThat(out.toString()).contains("What went wrong:").contains("the disk is full");
    assertThat(results().resolve("report.json")).exists();
  }

  @Test
  void profile_optionsOfBenchBefore_areRefused() {
    assertThat(run("--quick", "profile", "--rows", "5")).isEqualTo(ExitCode.USAGE);

    assertThat(err.toString()).contains("The options before 'profile'");
  }

  @Test
  void profile_optionsOutOfRange_areRefused() {
    assertThat(run("profile", "--runs", "0")).isEqualTo(ExitCode.USAGE);
    assertThat(run("profile", "--rows", "1,0")).isEqualTo(ExitCode.USAGE);

    assertThat(err.toString()).contains("--runs is 0").contains("--rows has 0");
  }

  @Test
  void soak_optionsOutOfRange_areRefused() {
    assertThat(run("soak", "--minutes", "0")).isEqualTo(ExitCode.USAGE);
    assertThat(run("soak", "--minutes", "10081")).isEqualTo(ExitCode.USAGE);
    assertThat(run("soak", "--rate", "0")).isEqualTo(ExitCode.USAGE);

    assertThat(err.toString())
        .contains("--minutes is 0, but must be 1 to 10080")
        .contains("--minutes is 10081")
        .contains("--rate is 0");
  }

  private void assertNothingWasDone() {
    assertThat(ran).isEmpty();
    assertThat(results()).doesNotExist();
  }

  private Path results() {
    return dir.resolve("results");
  }

  private Path old(Samples report) throws Exception {
    return Files.writeString(dir.resolve("old.json"), ReportJson.write(report.build()));
  }

  private int run(String... args) {
    return execute(
        List.of(
            noted(FakeCase.rate("drain", 900)),
            noted(FakeCase.floor(1000)),
            noted(FakeCase.rate("status", 800))),
        args);
  }

  private BenchCase noted(FakeCase one) {
    return new FakeCase(
        one.name(),
        run -> {
          ran.add(one.name());
          return one.run(run);
        });
  }

  private int execute(List<BenchCase> cases, String... args) {
    Failures failures = new Failures();
    return new CommandLine(new BenchCommand(() -> cases))
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .setExecutionExceptionHandler(failures)
        .setParameterExceptionHandler(failures)
        .execute(args);
  }
}
