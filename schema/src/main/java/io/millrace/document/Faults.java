package io.millrace.document;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** What has been found wrong with a document so far. */
public final class Faults {
  private final List<FieldError> errors = new ArrayList<>();
  private final int most;
  private int more;

  /** As many as there are. */
  public Faults() {
    this(Integer.MAX_VALUE);
  }

  /**
   * The first so many; later ones are only counted.
   *
   * @param most at least 1
   */
  public Faults(int most) {
    this.most = most;
  }

  /** One more. */
  public void add(String pointer, String detail) {
    if (errors.size() < most) {
      errors.add(new FieldError(pointer, detail));
    } else {
      more++;
    }
  }

  /** How many were only counted. */
  public int more() {
    return more;
  }

  public void addAll(Collection<FieldError> found) {
    found.forEach(error -> add(error.pointer(), error.detail()));
  }

  public boolean isEmpty() {
    return errors.isEmpty();
  }

  /** All of them, in the order in which they were found. */
  public List<FieldError> all() {
    return List.copyOf(errors);
  }
}
