package io.millrace.ops.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Rows set in columns that fit a width. When they do not fit, the widest columns give way first,
 * each down to its least width; when that is not enough, columns that may go are left out.
 */
public final class TextTable {
  private static final String GAP = "  ";

  private final List<Column> columns;
  private final List<List<Cell>> rows = new ArrayList<>();

  /**
   * One column.
   *
   * @param header its name in the first line
   * @param right true to set it to the right, as numbers are
   * @param least cells it keeps while it is shown
   * @param most cells it ever gets
   * @param leaves its place in the order of leaving, from 1; 0 stays to the end
   */
  public record Column(String header, boolean right, int least, int most, int leaves) {}

  public TextTable(List<Column> columns) {
    this.columns = List.copyOf(columns);
  }

  /** A row of plain text. */
  public void addText(List<String> row) {
    add(row.stream().<Cell>map(Cell.Text::new).toList());
  }

  void add(List<Cell> row) {
    if (row.size() != columns.size()) {
      throw new IllegalArgumentException(
          "a row of " + row.size() + " cells in a table of " + columns.size() + " columns");
    }
    rows.add(List.copyOf(row));
  }

  /** The header and the rows, none wider than {@code limit} unless the least widths are. */
  public List<String> render(int limit) {
    int[] widths = IntStream.range(0, columns.size()).map(this::natural).toArray();
    while (total(widths) > limit && (shrinkWidest(widths) || leaveOut(widths))) {
      // one cell or one column less each time, so it ends
    }
    List<String> lines = new ArrayList<>();
    lines.add(line(columns.stream().<Cell>map(c -> new Cell.Text(c.header())).toList(), widths));
    for (List<Cell> row : rows) {
      lines.add(line(row, widths));
    }
    return lines;
  }

  private int natural(int column) {
    Column c = columns.get(column);
    int widest = Cells.width(c.header());
    for (List<Cell> row : rows) {
      widest = Math.max(widest, row.get(column).width());
    }
    return Math.clamp(widest, Math.min(c.least(), c.most()), c.most());
  }

  private boolean shrinkWidest(int[] widths) {
    Optional<Integer> widest =
        IntStream.range(0, widths.length)
            .filter(i -> widths[i] > columns.get(i).least())
            .boxed()
            .max(Comparator.comparing(i -> widths[i]));
    widest.ifPresent(i -> widths[i]--);
    return widest.isPresent();
  }

  private boolean leaveOut(int[] widths) {
    Optional<Integer> next =
        IntStream.range(0, widths.length)
            .filter(i -> widths[i] > 0 && columns.get(i).leaves() > 0)
            .boxed()
            .min(Comparator.comparing(i -> columns.get(i).leaves()));
    next.ifPresent(i -> widths[i] = 0);
    return next.isPresent();
  }

  private static int total(int[] widths) {
    int shown = (int) IntStream.of(widths).filter(w -> w > 0).count();
    return IntStream.of(widths).sum() + GAP.length() * Math.max(shown - 1, 0);
  }

  private String line(List<Cell> row, int[] widths) {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < widths.length; i++) {
      if (widths[i] > 0) {
        String drawn = row.get(i).draw(widths[i]);
        parts.add(
            columns.get(i).right() ? Cells.right(drawn, widths[i]) : Cells.left(drawn, widths[i]));
      }
    }
    return String.join(GAP, parts).stripTrailing();
  }
}
