package io.millrace.workers.analysis.read;

/** Counts lines as FastCSV does: LF, CRLF and CR each end one. */
final class Lines {
  private Lines() {}

  static int count(byte[] bytes, int from, int to) {
    int lines = 0;
    for (int at = from; at < to; at++) {
      byte b = bytes[at];
      if (b == '\n' || (b == '\r' && (at + 1 == to || bytes[at + 1] != '\n'))) {
        lines++;
      }
    }
    return lines;
  }
}
