package io.millrace.workers.analysis.profile;

import io.millrace.workers.analysis.read.RowBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One column of a dataset, as far as it has been read; the others are not looked at. */
public final class SingleColumn {
  private final String name;
  private final ColumnProfile profile;
  private final CellParser parser = new CellParser();
  private final List<String> columns;
  private int number;
  private long rows;
  private long badRows;

  /**
   * Starts with the columns known before the first row.
   *
   * @param name the column's
   */
  public SingleColumn(String name, List<String> columns) {
    this.name = name;
    this.columns = new ArrayList<>(columns);
    this.number = columns.indexOf(name);
    this.profile = new ColumnProfile(name, Detail.of(0));
  }

  /** Adds a block; blocks are added in the order of the dataset. */
  public void add(RowBlock block) {
    columns.addAll(block.newColumns());
    if (number < 0) {
      number = columns.indexOf(name);
    }
    if (number >= 0) {
      profile.add(block, number, parser);
    }
    rows += block.rows();
    badRows += block.badRows();
  }

  /** Its score; empty when the dataset has no such column. */
  public Optional<ColumnScore> score() {
    return number < 0
        ? Optional.empty()
        : Optional.of(ColumnScore.of(new ColumnSummary(profile, 1, 1).of(rows), rows, badRows));
  }
}
