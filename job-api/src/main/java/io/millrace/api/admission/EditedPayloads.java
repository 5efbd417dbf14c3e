package io.millrace.api.admission;

import io.millrace.document.FieldError;
import io.millrace.model.JobType;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Checks payloads that are to replace those of jobs submitted before. Thread-safe. */
public final class EditedPayloads {
  private final TypeCatalogue types;
  private final PayloadValidator payloads = new PayloadValidator();

  public EditedPayloads(TypeCatalogue types) {
    this.types = types;
  }

  /**
   * What is wrong with a payload for a type, by its schema of today.
   *
   * @return empty when it fits
   */
  public List<FieldError> check(String type, JsonNode payload) {
    Optional<JobType> known = types.find(type);
    return known.isEmpty()
        ? List.of(
            new FieldError(
                "#/payload",
                "no worker has announced the type " + type + ", so its payload cannot be checked"))
        : payloads.validate(known.get().payloadSchema(), payload);
  }
}
