package io.millrace.api.http;

import io.millrace.document.FieldError;
import io.millrace.model.JobState;
import io.millrace.model.Limits;
import io.millrace.store.JobListStore.Filter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The parameters of a list of jobs.
 *
 * @param after the id the page before ended with, or null
 * @param limit most jobs, 1 to {@value #MAX_LIMIT}
 * @param shown the filter as the caller gave it, for the link to the next page
 */
record ListQuery(Filter filter, @Nullable UUID after, int limit, String shown) {
  static final int MAX_LIMIT = 100;
  private static final int DEFAULT_LIMIT = 50;
  private static final List<String> NAMES =
      List.of("state", "type", "label", "pool", "after", "limit");
  private static final Pattern LABEL = Pattern.compile("(" + Limits.LABEL_PATTERN + "):(.*)");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /**
   * Reads them.
   *
   * @throws ProblemException 400 naming every fault
   */
  static ListQuery of(Map<String, String[]> parameters) {
    List<FieldError> errors = new ArrayList<>();
    parameters.forEach(
        (name, values) -> {
          if (!NAMES.contains(name)) {
            String known = String.join(", ", NAMES);
            errors.add(new FieldError("?" + name, "no such parameter; known are " + known));
          } else if (values.length > 1 && !name.equals("label")) {
            errors.add(new FieldError("?" + name, name + " may be given once"));
          }
        });
    Filter filter =
        new Filter(
            state(first(parameters, "state"), errors),
            first(parameters, "type"),
            first(parameters, "pool"),
            labels(parameters.getOrDefault("label", new String[0]), errors));
    UUID after = after(first(parameters, "after"), errors);
    int limit = limit(first(parameters, "limit"), errors);
    if (!errors.isEmpty()) {
      throw SubmitProblems.badQuery(errors);
    }
    return new ListQuery(filter, after, limit, shown(parameters));
  }

  private static @Nullable String first(Map<String, String[]> parameters, String name) {
    String[] values = parameters.get(name);
    return values == null || values.length == 0 ? null : values[0];
  }

  private static @Nullable JobState state(@Nullable String name, List<FieldError> errors) {
    if (name == null) {
      return null;
    }
    for (JobState state : JobState.values()) {
      if (state.name().equalsIgnoreCase(name)) {
        return state;
      }
    }
    String known =
        Arrays.stream(JobState.values()).map(JobState::name).collect(Collectors.joining(", "));
    errors.add(new FieldError("?state", "state must be one of " + known));
    return null;
  }

  private static @Nullable String labels(String[] given, List<FieldError> errors) {
    Map<String, String> labels = new TreeMap<>();
    for (String label : given) {
      var parts = LABEL.matcher(label);
      if (!parts.matches()) {
        errors.add(new FieldError("?label", "label must be name:value, such as customer:7"));
      } else if (labels.put(parts.group(1), parts.group(2)) != null) {
        errors.add(new FieldError("?label", "label names " + parts.group(1) + " twice"));
      }
    }
    if (labels.size() > Limits.MAX_LABELS) {
      errors.add(new FieldError("?label", "a job has at most " + Limits.MAX_LABELS + " labels"));
    }
    return labels.isEmpty() ? null : JSON.writeValueAsString(labels);
  }

  private static @Nullable UUID after(@Nullable String id, List<FieldError> errors) {
    if (id == null) {
      return null;
    }
    if (!JobController.isId(id)) {
      errors.add(new FieldError("?after", "after must be the id of a job, a UUID"));
      return null;
    }
    return UUID.fromString(id);
  }

  private static int limit(@Nullable String text, List<FieldError> errors) {
    if (text == null) {
      return DEFAULT_LIMIT;
    }
    int limit = NUMBER.matcher(text).matches() ? Integer.parseInt(text) : 0;
    if (limit < 1 || limit > MAX_LIMIT) {
      errors.add(new FieldError("?limit", "limit must be an integer, 1 to " + MAX_LIMIT));
    }
    return limit;
  }

  private static String shown(Map<String, String[]> parameters) {
    return new TreeMap<>(parameters)
        .entrySet().stream()
            .filter(parameter -> !parameter.getKey().equals("after"))
            .flatMap(
                parameter ->
                    Arrays.stream(parameter.getValue())
                        .map(value -> parameter.getKey() + "=" + encoded(value)))
            .collect(Collectors.joining("&"));
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  /** The path of the page after this one. */
  String pathAfter(UUID last) {
    return "/v1/jobs?" + (shown.isEmpty() ? "" : shown + "&") + "after=" + last;
  }
}
