package io.millrace.api.admission;

/** A request body that is no JSON, or JSON that the service does not take. */
public final class MalformedJsonException extends Exception {
  private final int line;
  private final int column;

  MalformedJsonException(int line, int column, String detail) {
    super(detail);
    this.line = line;
    this.column = column;
  }

  /** From 1; 0 when the whole document is meant. */
  public int line() {
    return line;
  }

  /** In UTF-16 units from 1; 0 when the whole document is meant. */
  public int column() {
    return column;
  }

  /** What is wrong, for the caller; quotes nothing but names of fields. */
  public String detail() {
    return String.valueOf(getMessage());
  }
}
