package io.millrace.workers.analysis.read;

/** What the file itself says of a cell's type, as a byte so that a block stays flat arrays. */
public final class CellHint {
  /** CSV: text that may mean anything. */
  public static final byte TEXT = 0;

  /** A JSON string. */
  public static final byte STRING = 1;

  /** A JSON number. */
  public static final byte NUMBER = 2;

  /** A JSON true or false. */
  public static final byte BOOLEAN = 3;

  /** A JSON null. */
  public static final byte NULL = 4;

  /** A JSON object, its text as in the file. */
  public static final byte OBJECT = 5;

  /** A JSON array, its text as in the file. */
  public static final byte ARRAY = 6;

  private CellHint() {}
}
