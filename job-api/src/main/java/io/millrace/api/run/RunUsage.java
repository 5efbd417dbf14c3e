package io.millrace.api.run;

import io.millrace.store.RunStore.Task;
import io.millrace.workflow.profile.Part;
import io.millrace.workflow.profile.Parts;
import io.millrace.workflow.profile.TaskTimes;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a run has used, summed over its jobs; what runs inside of it have used is theirs.
 *
 * @param attempts starts of all jobs
 * @param runMillis time in which handlers ran, side by side or not
 * @param queueMillis time in which jobs waited for a slot or a place under a limit
 * @param outputBytes of all results, as JSON text
 * @param reported what handlers have reported, by name
 */
public record RunUsage(
    long attempts, long runMillis, long queueMillis, long outputBytes, Map<String, Long> reported) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  static RunUsage of(List<Task> tasks, Instant asOf) {
    long attempts = 0;
    long bytes = 0;
    Parts times = new Parts();
    Map<String, Long> reported = new TreeMap<>();
    for (Task task : tasks) {
      if (!task.run()) {
        attempts += task.attempt();
        bytes += task.resultBytes();
        TaskTimes own = times(task, asOf);
        if (own != null) {
          times.add(own.all());
        }
        report(task.usage(), reported);
      }
    }
    return new RunUsage(attempts, times.of(Part.RUN), times.of(Part.QUEUE), bytes, reported);
  }

  /** Null when the task is not there any more. */
  static @Nullable TaskTimes times(Task task, Instant asOf) {
    Instant created = task.createdAt();
    if (created == null) {
      return null;
    }
    Long ended = millis(task.finishedAt());
    String history = task.history();
    return history == null
        ? TaskTimes.ofRun(
            task.node(), rounded(created), millis(task.startedAt()), ended, rounded(asOf))
        : TaskTimes.ofJob(task.node(), rounded(created), ended, history, rounded(asOf));
  }

  private static @Nullable Long millis(@Nullable Instant at) {
    return at == null ? null : rounded(at);
  }

  /** Milliseconds since 1970, rounded as the database rounds those in its logs. */
  static long rounded(Instant at) {
    return Math.addExact(
        Math.multiplyExact(at.getEpochSecond(), 1_000L), (at.getNano() + 500_000) / 1_000_000);
  }

  private static void report(@Nullable String usage, Map<String, Long> reported) {
    if (usage != null) {
      for (Map.Entry<String, JsonNode> one : JSON.readTree(usage).properties()) {
        reported.merge(one.getKey(), one.getValue().asLong(), Math::addExact);
      }
    }
  }
}
