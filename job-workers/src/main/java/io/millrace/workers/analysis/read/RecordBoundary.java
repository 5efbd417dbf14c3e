package io.millrace.workers.analysis.read;

/**
 * Finds where records end. A scan always starts at the start of a record, so that what it finds
 * depends on the bytes alone and a resumed run cuts the same blocks.
 */
interface RecordBoundary {
  /**
   * Looks for record ends in {@code bytes[from, to)}, {@code from} being the start of a record, and
   * adds each (the index after the record's line end) to {@code ends}.
   *
   * @param last no bytes follow {@code to}
   * @return how the rest behind the last end stands
   */
  Rest scan(byte[] bytes, int from, int to, boolean last, RecordEnds ends);

  /** What is left behind the last complete record. */
  enum Rest {
    /** Nothing, or a record that the end of the dataset would complete. */
    OPEN,
    /** A quoted field or a JSON value that has not been closed. */
    UNCLOSED
  }
}
