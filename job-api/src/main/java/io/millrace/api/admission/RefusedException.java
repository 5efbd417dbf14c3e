package io.millrace.api.admission;

import io.millrace.document.FieldError;
import java.util.List;

/**
 * A submission that is not accepted because of what it says; lists what is wrong, field by field.
 */
public final class RefusedException extends Exception {
  private final transient List<FieldError> errors;

  public RefusedException(List<FieldError> errors) {
    super(errors.isEmpty() ? "" : errors.getFirst().detail());
    this.errors = List.copyOf(errors);
  }

  /** At least one. */
  public List<FieldError> errors() {
    return errors;
  }
}
