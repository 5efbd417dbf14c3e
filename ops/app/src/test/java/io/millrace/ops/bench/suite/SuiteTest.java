package io.millrace.ops.bench.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.ops.bench.BenchCase;
import io.millrace.ops.bench.report.ReportFolder;
import io.millrace.ops.bench.report.ReportJson;
import io.millrace.ops.bench.result.BenchReport;
import io.millrace.ops.bench.result.Measurement;
import io.millrace.ops.bench.result.Notes;
import io.millrace.ops.report.Terminal;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SuiteTest {
  @TempDir Path dir;

  private final StringWriter written = new StringWriter();
  private final AtomicReference<Path> folder = new AtomicReference<>();

  @AfterEach
  void leaveNoInterrupt() {
    Thread.interrupted();
  }

  @Test
  void run_caseThrows_isAFaultAndTheOthersGoOn() throws Exception {
    FakeCase broken =
        new FakeCase(
            "drain",
            _ -> {
              throw new IllegalStateException("the queue never got empty");
            });

    BenchReport report = suite(FakeCase.rate("a", 1), broken, FakeCase.rate("b", 2)).run();

    assertThat(report.measurements())
        .extracting(Measurement::caseName)
        .containsExactly("a", "drain", "b");
    assertThat(report.measurements().get(1).faults().getFirst())
        .startsWith("the queue never got empty");
    assertThat(dir.resolve("fault-drain.txt")).content().contains("IllegalStateException");
    assertThat(ReportJson.read(dir.resolve("report.json"))).isEqualTo(report);
    assertThat(dir.resolve("report.html")).content().contains("the queue never got empty");
    assertThat(written.toString()).contains("[2/3] drain: a case of drain");
  }

  @Test
  void run_secondCase_findsTheFirstWritten() throws Exception {
    AtomicInteger seen = new AtomicInteger();
    FakeCase looks =
        new FakeCase(
            "looks",
            _ -> {
              seen.set(ReportJson.read(dir.resolve("report.json")).measurements().size());
              return List.of();
            });

    suite(FakeCase.rate("a", 1), looks).run();

    assertThat(seen).hasValue(1);
  }

  @Test
  void run_temporaryFolder_isGoneAtTheEnd() throws Exception {
    suite(
            new FakeCase(
                "files",
                run -> {
                  Path deep = Files.createDirectories(run.folder().resolve("a/b"));
                  Files.writeString(deep.resolve("c"), "d");
                  folder.set(run.folder());
                  return List.of();
                }))
        .run();

    assertThat(folder.get()).doesNotExist();
  }

  @Test
  void run_interrupted_stopsWritesAndDeletes() throws Exception {
    FakeCase waits =
        new FakeCase(
            "waits",
            run -> {
              folder.set(run.folder());
              Thread.currentThread().interrupt();
              new CountDownLatch(1).await();
              return List.of();
            });

    assertThatThrownBy(() -> suite(FakeCase.rate("a", 1), waits, FakeCase.rate("b", 1)).run())
        .isInstanceOf(InterruptedException.class);

    assertThat(folder.get()).doesNotExist();
    assertThat(ReportJson.read(dir.resolve("report.json")).measurements()).hasSize(1);
  }

  @Test
  void run_caseWrapsTheInterrupt_stopsAllTheSame() {
    FakeCase wraps =
        new FakeCase(
            "wraps",
            _ -> {
              Thread.currentThread().interrupt();
              throw new IllegalStateException("cut short");
            });

    assertThatThrownBy(() -> suite(wraps, FakeCase.rate("b", 1)).run())
        .isInstanceOf(InterruptedException.class)
        .hasRootCauseMessage("cut short");
  }

  @Test
  void stop_onCtrlC_interruptsTheRunnerAndWaitsForIt() throws Exception {
    AtomicReference<RunFolder> made = new AtomicReference<>();
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    Thread runner =
        Thread.ofPlatform()
            .start(
                () -> {
                  try (RunFolder mine = RunFolder.create(new PrintWriter(written))) {
                    made.set(mine);
                    running.countDown();
                    new CountDownLatch(1).await();
                  } catch (Exception e) {
                    ended.countDown();
                  }
                });
    running.await();

    made.get().stop(runner);

    ended.await();
    runner.join();
    assertThat(made.get().path()).doesNotExist();
  }

  @Test
  void processor_ofLinux_isItsModel() throws Exception {
    Path cpuinfo =
        Files.writeString(dir.resolve("cpuinfo"), "processor\t: 0\nmodel name\t: Fast 9000 @ 4\n");

    assertThat(Machine.processor(cpuinfo)).isEqualTo("Fast 9000 @ 4");
    assertThat(Machine.processor(dir.resolve("none"))).isEqualTo("unknown");
  }

  @Test
  void run_report_namesMachineAndVersions() throws Exception {
    BenchReport report = suite().run();

    assertThat(report.machine()).containsKeys("cores", "memory", "processor", "JDK", "java flags");
    assertThat(report.versions().get("PostgreSQL")).matches("\\d+\\..*");
    assertThat(report.versions().get("Kafka")).matches("\\d+\\..*");
    assertThat(report.versions().get("Millrace")).matches("\\d+\\..*");
  }

  @Test
  void run_notesOfCases_areInTheReport() throws Exception {
    Notes notes =
        new Notes(
            Map.of("pg-boss", "12"), Map.of("pg-boss drain", "4 workers"), List.of("no jobrunr"));

    BenchReport report =
        suite(FakeCase.rate("a", 1), new FakeCase("peers", _ -> List.of(), notes)).run();

    assertThat(report.versions()).containsEntry("pg-boss", "12").containsKey("PostgreSQL");
    assertThat(report.settings())
        .containsEntry("pg-boss drain", "4 workers")
        .containsEntry("cases", "a,peers");
    assertThat(report.remarks()).containsExactly("no jobrunr");
    assertThat(ReportJson.read(dir.resolve("report.json"))).isEqualTo(report);
  }

  private Suite suite(BenchCase... cases) throws Exception {
    PrintWriter out = new PrintWriter(written, true);
    return new Suite(
        List.of(cases),
        new Suite.Settings(true, 7),
        ReportFolder.open(dir),
        new ConsoleProgress(out, Terminal.file()),
        out,
        out);
  }
}
