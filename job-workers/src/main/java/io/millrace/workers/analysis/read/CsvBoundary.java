package io.millrace.workers.analysis.read;

/**
 * Record ends of CSV: LF, CRLF or CR outside quotes. Quotes count as FastCSV counts them (at the
 * start of a field, and after a closing quote), so both see the same records; where they should
 * ever differ, the parser notices and takes the records one by one.
 */
final class CsvBoundary implements RecordBoundary {
  private static final int FIELD_START = 0;
  private static final int UNQUOTED = 1;
  private static final int QUOTED = 2;
  private static final int QUOTE_CLOSED = 3;

  private final byte delimiter;

  CsvBoundary(char delimiter) {
    this.delimiter = (byte) delimiter;
  }

  @Override
  public Rest scan(byte[] bytes, int from, int to, boolean last, RecordEnds ends) {
    int state = FIELD_START;
    int at = from;
    while (at < to) {
      byte b = bytes[at++];
      if (state == QUOTED) {
        if (b == '"') {
          state = QUOTE_CLOSED;
        }
      } else if (b == delimiter) {
        state = FIELD_START;
      } else if (b == '\n') {
        ends.add(at);
        state = FIELD_START;
      } else if (b == '\r') {
        if (at == to && !last) {
          return Rest.OPEN; // The LF of a CRLF may follow.
        }
        if (at < to && bytes[at] == '\n') {
          at++;
        }
        ends.add(at);
        state = FIELD_START;
      } else if (b == '"' && state != UNQUOTED) {
        state = QUOTED;
      } else {
        state = UNQUOTED;
      }
    }
    return state == QUOTED ? Rest.UNCLOSED : Rest.OPEN;
  }
}
