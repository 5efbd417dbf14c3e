package io.millrace.ops.bench.start;

import io.millrace.ops.bench.BenchCase;
import io.millrace.ops.bench.BenchRun;
import io.millrace.ops.bench.FaultBench;
import io.millrace.ops.bench.result.Figure;
import io.millrace.ops.bench.result.Measurement;
import io.millrace.ops.bench.result.Unit;
import io.millrace.ops.launch.FreePort;
import io.millrace.ops.launch.HealthProbe;
import io.millrace.ops.launch.LaunchedProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * From {@code exec} of the launcher to work, and memory at rest: the whole in one process, then its
 * parts in one each. Trained first, as an installation is; the launcher builds nothing meanwhile,
 * for the bench was started by it.
 */
public final class StartUpCase implements BenchCase {
  private static final int WORKERS = 5;
  private static final int QUICK_WORKERS = 2;
  private static final Duration TRAINING = Duration.ofMinutes(6);
  private static final Duration REST = Duration.ofSeconds(20);
  private static final Duration QUICK_REST = Duration.ofSeconds(5);

  /** What the launcher's program prints when all works. */
  private static final String UP = "Millrace is up";

  private static final String NO_CHECKOUT =
      "start-up starts Millrace as its launcher does: run the bench with ops/millrace of a checkout";

  /** Where everything is. */
  private record Place(Path launcher, Path folder, BenchRun run) {
    Path data() {
      return folder.resolve("data");
    }

    Duration rest() {
      return run.quick() ? QUICK_REST : REST;
    }

    LaunchedProcess start(String name, String... arguments) throws IOException {
      List<String> all = new ArrayList<>(List.of("up", "--data", data().toString()));
      all.addAll(Arrays.asList(arguments));
      return LaunchedProcess.start(launcher, folder.resolve(name + ".out"), all);
    }
  }

  @Override
  public String name() {
    return "start-up";
  }

  @Override
  public String title() {
    return "How soon processes work after their exec, and how much memory they hold at rest";
  }

  @Override
  public List<Measurement> run(BenchRun run) throws Exception {
    Path checkout = FaultBench.checkout(Path.of(""), System.getenv());
    if (checkout == null) {
      return List.of(
          new Measurement(
              name(),
              Measurement.MILLRACE,
              List.of(),
              List.of(),
              List.of(),
              Map.of(),
              List.of(NO_CHECKOUT)));
    }
    Path folder = Files.createDirectories(run.folder().resolve(name()));
    Place place = new Place(checkout.resolve("ops/millrace"), folder, run);
    int workers = run.quick() ? QUICK_WORKERS : WORKERS;
    run.progress().beginSteps(name(), workers + 3L);
    train(place);
    List<Figure> figures = new ArrayList<>();
    figures.add(seconds("up-ready", "all in one, new data folder", upReady(place, "up-new")));
    run.progress().at(1);
    figures.add(seconds("up-again", "all in one, existing folder", upReady(place, "up-again")));
    run.progress().at(2);
    figures.addAll(parts(place, workers));
    run.progress().end();
    return List.of(Measurement.of(name(), Measurement.MILLRACE, figures));
  }

  private static void train(Place place) throws Exception {
    Path output = place.folder().resolve("train.out");
    try (LaunchedProcess train =
        LaunchedProcess.start(place.launcher(), output, List.of("train"))) {
      train.awaitEnd(TRAINING);
    }
  }

  private static double upReady(Place place, String name) throws Exception {
    int port = FreePort.any();
    try (LaunchedProcess up = place.start(name, "--port", String.valueOf(port));
        HealthProbe health = new HealthProbe(port)) {
      return up.secondsUntil("readiness", health::isReady);
    }
  }

  private static List<Figure> parts(Place place, int workers) throws Exception {
    int port = FreePort.any();
    try (LaunchedProcess infra = place.start("infra", "--infra")) {
      infra.secondsUntil("servers", () -> infra.said(UP));
      try (LaunchedProcess api = place.start("api", "--api", "--port", String.valueOf(port));
          HealthProbe health = new HealthProbe(port)) {
        api.secondsUntil("readiness", health::isReady);
        TimeUnit.NANOSECONDS.sleep(place.rest().toNanos());
        List<Figure> memory = memory("api", "API", api);
        place.run().progress().at(3);
        List<Figure> figures = new ArrayList<>(workers(place, workers, health));
        figures.addAll(memory);
        return figures;
      }
    }
  }

  private static List<Figure> workers(Place place, int count, HealthProbe api) throws Exception {
    double[] ready = new double[count];
    List<Figure> figures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String name = "start-up-" + i;
      int port = FreePort.any();
      try (LaunchedProcess worker =
              place.start(
                  name,
                  "--worker",
                  "--port",
                  String.valueOf(port),
                  "--set",
                  "millrace.worker.name=" + name);
          HealthProbe health = new HealthProbe(port)) {
        ready[i] =
            worker.secondsUntil(
                "readiness and a session", () -> health.isReady() && api.hasLiveWorker(name));
        if (i == 0) {
          TimeUnit.NANOSECONDS.sleep(place.rest().toNanos());
          figures.addAll(memory("worker", "worker", worker));
        }
      }
      place.run().progress().at(4L + i);
    }
    figures.addFirst(seconds("worker-ready", "a worker, median of " + count, median(ready)));
    return figures;
  }

  private static List<Figure> memory(String id, String label, LaunchedProcess process)
      throws IOException {
    return List.of(
        new Figure(id + "-rss", label + " at rest, RSS", Unit.MIB, process.rssMib()),
        new Figure(id + "-own", label + " at rest, RSS without files", Unit.MIB, process.ownMib()));
  }

  /** The middle one, or the mean of the two in the middle. */
  static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  private static Figure seconds(String id, String label, double value) {
    return new Figure(id, label, Unit.SECONDS, value);
  }
}
