package io.millrace.workers.analysis.read;

/**
 * Record ends of a JSON array: behind each element, which keeps the comma or bracket before it; the
 * parser strips those.
 */
final class ElementBoundary implements RecordBoundary {
  @Override
  public Rest scan(byte[] bytes, int from, int to, boolean last, RecordEnds ends) {
    int at = from;
    while (true) {
      while (at < to && isBetween(bytes[at])) {
        at++;
      }
      if (at == to) {
        return Rest.OPEN;
      }
      int end = endOfElement(bytes, at, to);
      if (end < 0) {
        return Rest.UNCLOSED;
      }
      ends.add(end);
      at = end;
    }
  }

  /** Whether a byte stands between elements: white space, the array's brackets, commas. */
  static boolean isBetween(byte b) {
    return b <= ' ' && b >= 0 || b == ',' || b == '[' || b == ']';
  }

  private static int endOfElement(byte[] bytes, int from, int to) {
    int depth = 0;
    boolean quoted = false;
    for (int at = from; at < to; at++) {
      byte b = bytes[at];
      if (quoted) {
        if (b == '\\') {
          at++;
        } else if (b == '"') {
          quoted = false;
        }
      } else if (b == '"') {
        quoted = true;
      } else if (b == '{' || b == '[') {
        depth++;
      } else if (b == '}' || b == ']') {
        if (depth == 0) {
          return at; // A bare value, ended by the array's own bracket.
        }
        if (--depth == 0) {
          return at + 1;
        }
      } else if (b == ',' && depth == 0) {
        return at;
      }
    }
    return -1;
  }
}
