package io.millrace.api.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.api.run.RunReader.Profiled;
import io.millrace.workflow.profile.Part;
import io.millrace.workflow.profile.Parts;
import io.millrace.workflow.profile.RunProfile;
import io.millrace.workflow.run.NodeNumbers;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where the time of a run went. Times are in milliseconds; parts that took none are absent.
 *
 * @param asOf up to when it counts: the run's end, or now
 * @param totalMillis from the run's creation until then: the sum of {@code parts}
 * @param parts those of the path together
 * @param path the steps that kept the run from ending sooner
 */
record RunProfileDocument(
    UUID id,
    String state,
    Instant createdAt,
    Instant asOf,
    long totalMillis,
    Map<String, Long> parts,
    List<Step> path,
    Map<String, Node> nodes) {

  /** A step; without a node it is the run's own. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Step(@Nullable String node, Instant from, long millis, Map<String, Long> parts) {}

  /**
   * A node that has started.
   *
   * @param critical whether it is on the path
   * @param millis from what led to it up to its end: the sum of {@code parts}
   * @param tasks what all its tasks spent, side by side or not; absent without tasks
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Node(
      boolean critical,
      Instant startedAt,
      @Nullable Instant finishedAt,
      long millis,
      Map<String, Long> parts,
      @Nullable Map<String, Long> tasks) {}

  static RunProfileDocument of(Profiled profiled) {
    RunProfile profile = profiled.profile();
    NodeNumbers numbers = profiled.numbers();
    Map<String, Node> nodes = new LinkedHashMap<>();
    for (int number = 0; number < numbers.size(); number++) {
      RunProfile.NodeTime time = profile.nodes().get(number);
      if (time != null) {
        nodes.put(numbers.node(number).name(), node(time));
      }
    }
    return new RunProfileDocument(
        profiled.run().id(),
        profiled.run().state(),
        Instant.ofEpochMilli(profile.begin()),
        Instant.ofEpochMilli(profile.end()),
        profile.end() - profile.begin(),
        named(profile.parts()),
        profile.path().stream().map(step -> step(step, numbers)).toList(),
        nodes);
  }

  private static Step step(RunProfile.Step step, NodeNumbers numbers) {
    Integer node = step.node();
    return new Step(
        node == null ? null : numbers.node(node).name(),
        Instant.ofEpochMilli(step.from()),
        step.to() - step.from(),
        named(step.parts()));
  }

  private static Node node(RunProfile.NodeTime time) {
    Long ended = time.ended();
    return new Node(
        time.critical(),
        Instant.ofEpochMilli(time.started()),
        ended == null ? null : Instant.ofEpochMilli(ended),
        time.parts().total(),
        named(time.parts()),
        time.tasks().total() == 0 ? null : named(time.tasks()));
  }

  private static Map<String, Long> named(Parts parts) {
    Map<String, Long> named = new LinkedHashMap<>();
    for (Map.Entry<Part, Long> part : parts.shown().entrySet()) {
      named.put(part.getKey().name().toLowerCase(Locale.ROOT), part.getValue());
    }
    return named;
  }
}
