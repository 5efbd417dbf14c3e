package io.millrace.workers.analysis.read;

import java.util.List;

/**
 * Parsed rows, as flat arrays: one text, and where each cell starts and ends in it. Ten thousand
 * cells cost a handful of objects instead of ten thousand strings. Written once, then only read.
 *
 * <p>The cells of column {@code c} are numbers {@code first(c)}, {@code first(c) + stride()}, ...,
 * {@code count(c)} of them, in row order.
 */
public final class RowBlock {
  private final char[] text;
  private final int[] starts;
  private final int[] ends;
  private final byte[] hints;
  private final boolean sparse;
  private final int[] columnFirst;
  private final int columns;
  private final int rows;
  private final List<String> newColumns;
  private final long badRows;
  private final List<BadRow> badSamples;
  private final Position next;

  /** Takes over the builder's arrays; {@code columnFirst} is empty when every row is complete. */
  RowBlock(
      RowBlockBuilder cells,
      int columns,
      int[] columnFirst,
      List<String> newColumns,
      Position next) {
    this.text = cells.text;
    this.starts = cells.starts;
    this.ends = cells.ends;
    this.hints = cells.hints;
    this.columnFirst = columnFirst;
    this.columns = columns;
    this.sparse = columnFirst.length > 0;
    this.rows = cells.rows;
    this.newColumns = newColumns;
    this.badRows = cells.badRows;
    this.badSamples = List.copyOf(cells.badSamples);
    this.next = next;
  }

  /** The text that {@link #start} and {@link #end} point into; not to be changed. */
  public char[] text() {
    return text;
  }

  public int start(int cell) {
    return starts[cell];
  }

  public int end(int cell) {
    return ends[cell];
  }

  /** See {@link CellHint}. */
  public byte hint(int cell) {
    return hints[cell];
  }

  /** The number of a column's first cell. */
  public int first(int column) {
    return sparse ? columnFirst[column] : column;
  }

  /** The distance between two cells of one column. */
  public int stride() {
    return sparse ? 1 : columns;
  }

  /** How many cells a column has: one per row in CSV, one per row that has the key in JSON. */
  public int count(int column) {
    return sparse ? columnFirst[column + 1] - columnFirst[column] : rows;
  }

  /** How many columns the dataset has as far as read, this block included. */
  public int columns() {
    return columns;
  }

  /** Good rows. */
  public int rows() {
    return rows;
  }

  /** Columns seen for the first time in this block, in order. */
  public List<String> newColumns() {
    return newColumns;
  }

  /** Rows left out. */
  public long badRows() {
    return badRows;
  }

  /** The first of them, at most {@link ReadLimits#BAD_ROW_SAMPLES}. */
  public List<BadRow> badSamples() {
    return badSamples;
  }

  /** Where the next block starts. */
  public Position next() {
    return next;
  }
}
