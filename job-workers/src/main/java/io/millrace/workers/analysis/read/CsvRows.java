package io.millrace.workers.analysis.read;

import static java.nio.charset.StandardCharsets.UTF_8;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;

/**
 * Takes FastCSV's fields straight into a block, without a string for each. Rows with another number
 * of fields than the dataset has columns are bad.
 */
final class CsvRows extends AbstractBaseCsvCallbackHandler<Boolean> {
  private final RowBlockBuilder rows;
  private final RawBlock block;
  private final int width;
  private int records;

  CsvRows(RowBlockBuilder rows, RawBlock block, int width) {
    this.rows = rows;
    this.block = block;
    this.width = width;
  }

  /** Records seen, bad and empty ones included. */
  int records() {
    return records;
  }

  @Override
  protected void handleField(int index, char[] buffer, int offset, int length, boolean quoted) {
    if (index < width) {
      rows.add(buffer, offset, length, CellHint.TEXT);
    }
  }

  @Override
  protected void handleEmpty() {
    records++;
  }

  @Override
  protected Boolean buildRecord() {
    int fields = getFieldCount();
    if (fields == width) {
      rows.closeRow();
    } else {
      String reason = fields + (fields == 1 ? " field" : " fields") + " instead of " + width;
      rows.refuseRow(new BadRow(block.firstLine() + getStartingLineNumber() - 1, reason, text()));
    }
    records++;
    return Boolean.TRUE;
  }

  private String text() {
    int[] ends = block.ends();
    if (records >= ends.length) {
      return "";
    }
    int from = records == 0 ? 0 : ends[records - 1];
    int length = Math.min(ends[records] - from, 4 * ReadLimits.BAD_ROW_CHARS);
    return new String(block.bytes(), from, length, UTF_8).strip();
  }
}
