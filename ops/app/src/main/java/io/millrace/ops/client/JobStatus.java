package io.millrace.ops.client;

import io.millrace.model.JobState;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * What the server says of a job. Fields that a server leaves out read as empty or zero, and a state
 * this version does not know counts as not finished.
 *
 * @param document the answer as it came
 */
public record JobStatus(JsonNode document) {
  private static final Set<String> FINAL =
      Arrays.stream(JobState.values())
          .filter(JobState::isFinal)
          .map(JobState::name)
          .collect(Collectors.toUnmodifiableSet());

  public String id() {
    return text("id");
  }

  public String type() {
    return text("type");
  }

  /** The state's name, see {@link JobState}. */
  public String state() {
    return text("state");
  }

  public boolean isFinal() {
    return FINAL.contains(state());
  }

  public boolean isSucceeded() {
    return state().equals(JobState.SUCCEEDED.name());
  }

  public int attempt() {
    return document.path("attempt").asInt(0);
  }

  public int maxAttempts() {
    return document.path("maxAttempts").asInt(0);
  }

  /** The share done, 0.0 to 1.0; empty when the job has not said. */
  public OptionalDouble fraction() {
    JsonNode fraction = document.path("progress").path("fraction");
    return fraction.isNumber()
        ? OptionalDouble.of(Math.clamp(fraction.asDouble(), 0.0, 1.0))
        : OptionalDouble.empty();
  }

  public String progressMessage() {
    return document.path("progress").path("message").asString("");
  }

  public long waitedMillis() {
    return document.path("timings").path("waitedMillis").asLong(0);
  }

  public long ranMillis() {
    return document.path("timings").path("ranMillis").asLong(0);
  }

  /** A top-level text field, empty when absent. */
  public String text(String field) {
    return document.path(field).asString("");
  }

  /** The last error in one line, empty when there is none. */
  public String error() {
    JsonNode error = document.path("error");
    if (!error.isObject()) {
      return "";
    }
    String attempt = error.has("attempt") ? " (attempt " + error.path("attempt").asInt() + ")" : "";
    return error.path("kind").asString("") + attempt + ": " + error.path("message").asString("");
  }
}
