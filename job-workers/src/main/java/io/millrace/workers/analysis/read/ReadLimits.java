package io.millrace.workers.analysis.read;

/** The limits of reading a dataset. */
public final class ReadLimits {
  /** What one block holds at most, unless a single record is larger, in bytes. */
  public static final int BLOCK_BYTES = 256 * 1024;

  /** Largest record, in bytes of UTF-8. A larger one is a bad row: most likely an open quote. */
  public static final int RECORD_BYTES = 1024 * 1024;

  /** What detection looks at, in bytes, unless the first record is larger. */
  public static final int SAMPLE_BYTES = 64 * 1024;

  /** Most columns of a dataset. */
  public static final int COLUMNS = 2_000;

  /** Longest column name kept, in characters. */
  public static final int COLUMN_NAME_CHARS = 200;

  /** Bad rows kept with line and text, per dataset. */
  public static final int BAD_ROW_SAMPLES = 20;

  /** Text kept of a bad row, in characters. */
  public static final int BAD_ROW_CHARS = 120;

  private ReadLimits() {}
}
