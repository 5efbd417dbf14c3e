package io.millrace.ops.report;

/**
 * What stands in one place of a {@link TextTable}: it is asked for its width before it is drawn.
 */
sealed interface Cell permits Cell.Text, Histogram {
  Cell EMPTY = new Text("");

  /** The cells it would like to have. */
  int width();

  /** The content in at most this many cells. */
  String draw(int cells);

  /** A piece of text, cut with … where it does not fit. */
  record Text(String text) implements Cell {
    @Override
    public int width() {
      return Cells.width(Cells.visible(text));
    }

    @Override
    public String draw(int cells) {
      return Cells.fit(text, cells);
    }
  }
}
