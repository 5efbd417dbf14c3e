package io.millrace.workers.analysis.read;

/** Record ends of NDJSON: every LF. */
final class LineBoundary implements RecordBoundary {
  @Override
  public Rest scan(byte[] bytes, int from, int to, boolean last, RecordEnds ends) {
    for (int at = from; at < to; at++) {
      if (bytes[at] == '\n') {
        ends.add(at + 1);
      }
    }
    return Rest.OPEN;
  }
}
