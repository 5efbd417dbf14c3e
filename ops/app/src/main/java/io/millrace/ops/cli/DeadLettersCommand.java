package io.millrace.ops.cli;

import io.millrace.ops.client.ControlRequest;
import io.millrace.ops.client.MillraceClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Failed jobs: which there are, and running them again. */
@Command(
    name = "dead-letters",
    description = {"Lists failed jobs, and runs them again together."},
    subcommands = {DeadLettersCommand.ListCommand.class, DeadLettersCommand.ReplayCommand.class},
    synopsisSubcommandLabel = "COMMAND")
final class DeadLettersCommand implements Runnable {
  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say list or replay.");
  }

  /** Lists failed jobs. */
  @Command(
      name = "list",
      description = {"Lists failed jobs, a line each: id, when, type, kind and message."})
  static final class ListCommand extends ClientCommand {
    @Mixin LetterOptions letters = new LetterOptions();

    @Option(names = "--limit", paramLabel = "N", description = "most jobs, 1 to 200; default: 50")
    int limit = 50;

    @Override
    int run(MillraceClient client) throws Exception {
      JsonNode page = client.deadLetters(letters.query(limit));
      List<String> lines = new ArrayList<>();
      for (JsonNode letter : page.path("deadLetters")) {
        lines.add(
            "%s  %s  %s  %s  %s"
                .formatted(
                    letter.path("id").asString(""),
                    letter.path("failedAt").asString(""),
                    letter.path("type").asString(""),
                    letter.at("/error/kind").asString(""),
                    letter.at("/error/message").asString("").lines().findFirst().orElse("")));
      }
      if (page.has("next")) {
        lines.add("There are more: raise --limit, or narrow the choice.");
      }
      print(options.json ? List.of(page.toString()) : lines);
      return ExitCode.OK;
    }
  }

  /** Runs failed jobs again. */
  @Command(
      name = "replay",
      description = {
        "Runs failed jobs again: those named, those that fit, or all with --all.",
        "Prints the replay's id; with --wait follows it to its end."
      })
  static final class ReplayCommand extends ClientCommand {
    private static final long PAUSE_MILLIS = 500;

    @Parameters(
        paramLabel = "ID",
        arity = "0..*",
        converter = JobId.class,
        description = "jobs to run again")
    List<UUID> ids = List.of();

    @Mixin LetterOptions letters = new LetterOptions();

    @Option(names = "--all", description = "all failed jobs")
    boolean all;

    @Option(
        names = "--payload",
        paramLabel = "JSON|@FILE|@-",
        description = "a payload for all of them instead of their own")
    @Nullable String payload;

    @Option(names = "--rate", paramLabel = "N", description = "most jobs a second")
    @Nullable Integer rate;

    @Option(names = "--wait", description = "wait for its end")
    boolean wait;

    @Override
    int run(MillraceClient client) throws Exception {
      JsonNode replay = client.replay(request());
      String id = replay.path("id").asString("");
      if (wait) {
        while (isOpen(replay)) {
          Thread.sleep(PAUSE_MILLIS);
          replay = client.replayStatus(id);
        }
      }
      print(List.of(options.json ? replay.toString() : line(replay)));
      return wait && replay.path("state").asString("").equals("CANCELLED")
          ? ExitCode.JOB_FAILED
          : ExitCode.OK;
    }

    private ControlRequest request() throws IOException {
      if ((ids.isEmpty() ? 0 : 1) + (letters.isAny() ? 1 : 0) + (all ? 1 : 0) != 1) {
        throw usage(
            "Name jobs, or say which with --type and the like, or --all: one of the three.");
      }
      ControlRequest request = new ControlRequest().with("ratePerSecond", rate);
      if (ids.isEmpty()) {
        request.with("filter", letters.filter());
      } else {
        request.with("ids", ids.stream().map(UUID::toString).toList());
      }
      try {
        return request.withJson(
            "payload", payload == null ? null : PayloadText.read(payload, System.in));
      } catch (IllegalArgumentException e) {
        throw usage(String.valueOf(e.getMessage()));
      }
    }

    private static boolean isOpen(JsonNode replay) {
      String state = replay.path("state").asString("");
      return state.equals("RUNNING") || state.equals("PAUSED");
    }

    private static String line(JsonNode replay) {
      return "%s  %s  replayed %d of %d, skipped %d"
          .formatted(
              replay.path("id").asString(""),
              replay.path("state").asString(""),
              replay.path("replayed").asInt(0),
              replay.path("total").asInt(0),
              replay.path("skipped").asInt(0));
    }
  }
}
