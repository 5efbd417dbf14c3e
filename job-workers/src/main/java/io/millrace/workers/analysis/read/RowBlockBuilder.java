package io.millrace.workers.analysis.read;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Collects the cells of one block, row by row; a row can be taken back while it is open. */
final class RowBlockBuilder {
  char[] text;
  int[] starts;
  int[] ends;
  byte[] hints;
  int rows;
  long badRows;
  final List<BadRow> badSamples = new ArrayList<>();
  private int[] columns = new int[0];
  private int textLength;
  private int cells;
  private int rowText;
  private int rowCells;

  /** Sized for a block of this many characters. */
  RowBlockBuilder(int chars) {
    int expectedCells = chars / 6 + 16;
    text = new char[chars + 16];
    starts = new int[expectedCells];
    ends = new int[expectedCells];
    hints = new byte[expectedCells];
  }

  /** Adds a cell to the open row; of rows that are always complete, the next column's. */
  void add(char[] from, int offset, int length, byte hint) {
    if (cells == starts.length) {
      grow();
    }
    if (text.length - textLength < length) {
      text = Arrays.copyOf(text, Math.max(text.length * 2, textLength + length));
    }
    System.arraycopy(from, offset, text, textLength, length);
    starts[cells] = textLength;
    textLength += length;
    ends[cells] = textLength;
    hints[cells] = hint;
    cells++;
  }

  /** Adds a cell of a certain column. */
  void add(int column, char[] from, int offset, int length, byte hint) {
    add(from, offset, length, hint);
    if (columns.length < starts.length) {
      columns = Arrays.copyOf(columns, starts.length);
    }
    columns[cells - 1] = column;
  }

  void closeRow() {
    rows++;
    rowText = textLength;
    rowCells = cells;
  }

  /** Takes back the open row and counts it as bad. */
  void refuseRow(BadRow row) {
    takeBackRow();
    badRows++;
    if (badSamples.size() < ReadLimits.BAD_ROW_SAMPLES) {
      badSamples.add(row);
    }
  }

  void takeBackRow() {
    textLength = rowText;
    cells = rowCells;
  }

  /** Forgets everything, to parse the block again another way. */
  void reset() {
    textLength = cells = rowText = rowCells = rows = 0;
    badRows = 0;
    badSamples.clear();
  }

  /** The block, when every row has a cell for every column. */
  RowBlock complete(int width, Position next) {
    return new RowBlock(this, width, new int[0], List.of(), next);
  }

  /** The block, when rows may lack columns: sorts the cells by column, keeping row order. */
  RowBlock sparse(int width, List<String> newColumns, Position next) {
    int[] first = new int[width + 1];
    for (int cell = 0; cell < cells; cell++) {
      first[columns[cell] + 1]++;
    }
    for (int column = 0; column < width; column++) {
      first[column + 1] += first[column];
    }
    int[] at = Arrays.copyOf(first, width);
    int[] sortedStarts = new int[cells];
    int[] sortedEnds = new int[cells];
    byte[] sortedHints = new byte[cells];
    for (int cell = 0; cell < cells; cell++) {
      int to = at[columns[cell]]++;
      sortedStarts[to] = starts[cell];
      sortedEnds[to] = ends[cell];
      sortedHints[to] = hints[cell];
    }
    starts = sortedStarts;
    ends = sortedEnds;
    hints = sortedHints;
    return new RowBlock(this, width, first, newColumns, next);
  }

  private void grow() {
    int size = cells * 2;
    starts = Arrays.copyOf(starts, size);
    ends = Arrays.copyOf(ends, size);
    hints = Arrays.copyOf(hints, size);
  }
}
