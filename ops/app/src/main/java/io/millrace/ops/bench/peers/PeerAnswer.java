package io.millrace.ops.bench.peers;

import io.millrace.ops.bench.result.Figure;
import io.millrace.ops.bench.result.Measurement;
import io.millrace.ops.bench.result.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a peer's program printed.
 *
 * @param version of the peer, and of what it ran on where that matters
 * @param settings it was run with, for a reader who knows it
 */
record PeerAnswer(String version, String settings, Measurement measurement) {
  private static final Pattern SUBMITS = Pattern.compile("submits-per-second@(\\d+)");
  private static final Pattern SUBMIT_TIME = Pattern.compile("p(\\d+)@(\\d+)");
  private static final Pattern START_TIME = Pattern.compile("start-p(\\d+)@(\\d+)");

  /**
   * Reads the last line that is a JSON object; libraries may print before it.
   *
   * @throws LeftOutException when there is none, or it is not about this task
   */
  static PeerAnswer parse(PeerTask task, List<String> output) throws LeftOutException {
    for (String line : output.reversed()) {
      if (line.startsWith("{")) {
        return of(task, read(task, line));
      }
    }
    throw new LeftOutException(about(task) + " printed no result");
  }

  /** How a sentence about the task begins: {@code pg-boss in drain}. */
  static String about(PeerTask task) {
    return task.peer().system() + " in " + task.caseName();
  }

  private static JsonNode read(PeerTask task, String line) throws LeftOutException {
    try {
      return JsonMapper.shared().readTree(line);
    } catch (JacksonException e) {
      throw new LeftOutException(
          "%s printed what is no JSON: %s".formatted(about(task), e.getOriginalMessage()));
    }
  }

  private static PeerAnswer of(PeerTask task, JsonNode told) throws LeftOutException {
    String system = told.path("peer").asString("");
    String caseName = told.path("case").asString("");
    if (!system.equals(task.peer().system()) || !caseName.equals(task.caseName())) {
      throw new LeftOutException(
          "%s answered for '%s' in '%s'".formatted(about(task), system, caseName));
    }
    List<Figure> figures = new ArrayList<>();
    for (var figure : told.path("figures").properties()) {
      figures.add(figure(task, figure.getKey(), figure.getValue()));
    }
    if (figures.isEmpty()) {
      throw new LeftOutException(about(task) + " told no figures");
    }
    return new PeerAnswer(
        told.path("version").asString("unknown"),
        told.path("settings").asString(""),
        Measurement.of(caseName, system, figures));
  }

  private static Figure figure(PeerTask task, String id, JsonNode value) throws LeftOutException {
    if (!value.isNumber() || !Double.isFinite(value.asDouble())) {
      throw new LeftOutException("%s told %s = %s".formatted(about(task), id, value));
    }
    Matcher submits = SUBMITS.matcher(id);
    Matcher submitTime = SUBMIT_TIME.matcher(id);
    Matcher startTime = START_TIME.matcher(id);
    if (id.equals("jobs-per-second")) {
      return new Figure(id, "Jobs", Unit.PER_SECOND, value.asDouble());
    } else if (submits.matches()) {
      String label = "Submissions, %s callers".formatted(submits.group(1));
      return new Figure(id, label, Unit.PER_SECOND, value.asDouble());
    } else if (submitTime.matches()) {
      String label =
          "Submission p%s, %s callers".formatted(submitTime.group(1), submitTime.group(2));
      return new Figure(id, label, Unit.MILLIS, value.asDouble());
    } else if (startTime.matches()) {
      String label = "Start p%s at %s/s".formatted(startTime.group(1), startTime.group(2));
      return new Figure(id, label, Unit.MILLIS, value.asDouble());
    }
    throw new LeftOutException("%s told %s, which is no figure".formatted(about(task), id));
  }
}
