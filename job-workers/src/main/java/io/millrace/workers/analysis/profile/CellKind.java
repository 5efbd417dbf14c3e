package io.millrace.workers.analysis.profile;

/** What a value is. */
public enum CellKind {
  INTEGER,
  DECIMAL,
  BOOLEAN,
  DATE,
  TIMESTAMP,
  STRING,
  OBJECT,
  ARRAY;

  private static final CellKind[] ALL = values();

  static final int COUNT = ALL.length;

  static CellKind of(int ordinal) {
    return ALL[ordinal];
  }

  boolean isNumber() {
    return this == INTEGER || this == DECIMAL;
  }

  boolean isTime() {
    return this == DATE || this == TIMESTAMP;
  }
}
