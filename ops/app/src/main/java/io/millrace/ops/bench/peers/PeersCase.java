package io.millrace.ops.bench.peers;

import io.millrace.local.LocalPostgres;
import io.millrace.local.LocalSettings;
import io.millrace.local.LonePostgres;
import io.millrace.ops.bench.BenchCase;
import io.millrace.ops.bench.BenchRun;
import io.millrace.ops.bench.FaultBench;
import io.millrace.ops.bench.result.Measurement;
import io.millrace.ops.bench.result.Notes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Every peer in every case, one after the other, on a PostgreSQL with Millrace's settings and
 * nothing else on it. What was learnt beside the figures is there after the run.
 */
public final class PeersCase implements BenchCase {
  /**
   * Longest time of one peer in one case; the slowest took a quarter of it when this was written.
   */
  private static final Duration BOUND = Duration.ofMinutes(5);

  private final @Nullable Path checkout;
  private final Map<String, String> versions = new LinkedHashMap<>();
  private final Map<String, String> settings = new LinkedHashMap<>();
  private final List<String> leftOut = new ArrayList<>();

  /** Takes the checkout the launcher names, or the one around the working directory. */
  public PeersCase() {
    this(FaultBench.checkout(Path.of(""), System.getenv()));
  }

  PeersCase(@Nullable Path checkout) {
    this.checkout = checkout;
  }

  @Override
  public String name() {
    return "peers";
  }

  @Override
  public String title() {
    return "Other job systems in the same cases, on the same PostgreSQL";
  }

  /**
   * Versions of the peers that were measured; what each was set to, by name and case ({@code
   * pg-boss drain}); why a peer, or a case of one, was not measured.
   */
  @Override
  public Notes notes() {
    return new Notes(versions, settings, leftOut);
  }

  @Override
  public List<Measurement> run(BenchRun run) throws Exception {
    if (checkout == null) {
      leftOut.add("peers are measured in a checkout of Millrace only, and there is none here");
      return List.of();
    }
    Path folder = run.folder().resolve("peers");
    Child child = new Child(folder.resolve("output"));
    LocalSettings local = LocalSettings.at(folder.resolve("data"));
    run.progress().beginSteps("peers, getting ready", 1);
    Map<Peer.Platform, Programs.Program> ready = ready(checkout, local.cacheDirectory(), child);
    run.progress().end();
    List<PeerTask> tasks =
        Arrays.stream(Peer.values())
            .filter(peer -> ready.containsKey(peer.platform()))
            .flatMap(peer -> PeerTask.CASES.stream().map(c -> PeerTask.of(peer, c, run.quick())))
            .toList();
    if (tasks.isEmpty()) {
      return List.of();
    }
    run.progress().beginSteps("peers", tasks.size());
    List<Measurement> measured = new ArrayList<>();
    try (LonePostgres lone = LonePostgres.start(local)) {
      for (int i = 0; i < tasks.size(); i++) {
        PeerTask task = tasks.get(i);
        measure(task, ready.get(task.peer().platform()), lone, child).ifPresent(measured::add);
        run.progress().at(i + 1L);
      }
    }
    run.progress().end();
    return measured;
  }

  private Map<Peer.Platform, Programs.Program> ready(Path found, Path cache, Child child)
      throws InterruptedException {
    Map<Peer.Platform, Programs.Program> ready = new LinkedHashMap<>();
    for (Peer.Platform platform : Peer.Platform.values()) {
      Programs programs =
          switch (platform) {
            case JAVA -> new JavaPrograms(found, child);
            case NODE -> new NodePrograms(found, cache, child);
          };
      try {
        ready.put(platform, programs.ready());
      } catch (LeftOutException e) {
        leftOut.add(e.getMessage());
      }
    }
    return ready;
  }

  private Optional<Measurement> measure(
      PeerTask task, Programs.@Nullable Program program, LonePostgres lone, Child child)
      throws InterruptedException {
    if (program == null) {
      return Optional.empty();
    }
    LocalPostgres postgres = lone.postgres();
    lone.database(task.database());
    List<String> command =
        Stream.concat(program.command().stream(), task.arguments(postgres).stream()).toList();
    try {
      List<String> output =
          child.run(
              PeerAnswer.about(task),
              program.folder(),
              BOUND,
              command,
              PeerTask.environment(postgres));
      PeerAnswer answer = PeerAnswer.parse(task, output);
      versions.put(task.peer().system(), answer.version());
      settings.put(task.peer().system() + " " + task.caseName(), answer.settings());
      return Optional.of(answer.measurement());
    } catch (LeftOutException e) {
      leftOut.add(e.getMessage());
      return Optional.empty();
    }
  }
}
