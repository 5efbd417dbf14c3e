package io.millrace.api.admission;

import io.millrace.document.Fields;
import io.millrace.model.Limits;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads the labels of a submission: names and values that jobs are found by. */
public final class LabelsReader {
  private static final Pattern NAME = Pattern.compile(Limits.LABEL_PATTERN);

  private LabelsReader() {}

  /** The labels as a JSON object of strings; null when there are none. */
  public static @Nullable String read(Fields body) {
    JsonNode labels = body.object().get("labels");
    if (labels == null) {
      return null;
    }
    if (!labels.isObject()) {
      body.fault("labels", "labels must be an object of strings");
      return null;
    }
    if (labels.size() > Limits.MAX_LABELS) {
      body.fault(
          "labels",
          "labels has %d entries; at most %d are kept".formatted(labels.size(), Limits.MAX_LABELS));
      return null;
    }
    Fields fields = new Fields(labels, body.pointer("labels"), body.faults());
    labels.properties().forEach(label -> check(fields, label));
    return labels.isEmpty() ? null : labels.toString();
  }

  private static void check(Fields labels, Map.Entry<String, JsonNode> label) {
    if (!NAME.matcher(label.getKey()).matches()) {
      labels.fault(
          label.getKey(),
          "a label's name is a lower-case letter and up to 62 more of a-z, 0-9, '.', '_', '-'");
    }
    JsonNode value = label.getValue();
    if (!value.isString()) {
      labels.fault(label.getKey(), "a label's value must be a string");
    } else if (value.stringValue().isEmpty()
        || value.stringValue().length() > Limits.MAX_LABEL_CHARS) {
      labels.fault(
          label.getKey(),
          "a label's value must have 1 to " + Limits.MAX_LABEL_CHARS + " characters");
    }
  }
}
