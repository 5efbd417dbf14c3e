package io.millrace.api.admission;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** What has been found wrong with a submission so far. */
final class Faults {
  private final List<FieldError> errors = new ArrayList<>();

  void add(String pointer, String detail) {
    errors.add(new FieldError(pointer, detail));
  }

  void addAll(Collection<FieldError> found) {
    errors.addAll(found);
  }

  boolean isEmpty() {
    return errors.isEmpty();
  }

  RefusedException refused() {
    return new RefusedException(errors);
  }
}
