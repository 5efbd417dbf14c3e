package io.millrace.ops.report;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * A small bar chart of block characters, one cell a bar, linear from nothing (a blank) to the
 * highest bar; whatever is more than nothing shows at least the lowest block.
 *
 * @param bins in order; each count is spread evenly over the bin's range
 * @param tails true when values lie beyond the first and the last bin; marked with {@link #MARK}
 */
record Histogram(List<Bin> bins, boolean tails) implements Cell {
  /** Stands behind the bars when there are values beyond them. */
  static final String MARK = "»";

  private static final String BLOCKS = "▁▂▃▄▅▆▇█";
  private static final int WISH = 16;

  /** A bin that holds this share makes the other bars vanish: an outlier stretches the range. */
  private static final double CROWDED = 0.9;

  /** How many values lie between two numbers. */
  record Bin(double from, double to, double count) {}

  Histogram {
    bins = List.copyOf(bins);
  }

  /**
   * Draws a column's histogram, {@code {"edges","counts"}}; where outliers have crowded it into one
   * bin, the density between its outermost quantiles instead.
   */
  static Cell of(JsonNode column) {
    List<Bin> bins = bins(column.path("histogram"));
    if (bins.isEmpty()) {
      return Cell.EMPTY;
    }
    if (bins.size() > 1 && isCrowded(bins)) {
      List<Bin> inner = between(column.path("quantiles").path("values"));
      if (!inner.isEmpty()) {
        return new Histogram(inner, true);
      }
    }
    return new Histogram(bins, false);
  }

  @Override
  public int width() {
    return WISH;
  }

  @Override
  public String draw(int cells) {
    int bars = tails ? cells - MARK.length() : cells;
    if (bars < 1) {
      return "";
    }
    double[] heights = heights(bars);
    double highest = 0;
    for (double height : heights) {
      highest = Math.max(highest, height);
    }
    StringBuilder drawn = new StringBuilder(cells);
    for (double height : heights) {
      drawn.append(block(height, highest));
    }
    return tails ? drawn.append(MARK).toString() : drawn.toString();
  }

  private static List<Bin> bins(JsonNode histogram) {
    JsonNode edges = histogram.path("edges");
    JsonNode counts = histogram.path("counts");
    List<Bin> bins = new ArrayList<>();
    for (int i = 0; i < counts.size() && i + 1 < edges.size(); i++) {
      bins.add(
          new Bin(
              edges.get(i).asDouble(0), edges.get(i + 1).asDouble(0), counts.get(i).asDouble(0)));
    }
    return bins;
  }

  private static boolean isCrowded(List<Bin> bins) {
    double all = bins.stream().mapToDouble(Bin::count).sum();
    return bins.stream().anyMatch(bin -> bin.count() > CROWDED * all);
  }

  /** One bin between each two quantiles; empty unless they span a range. */
  private static List<Bin> between(JsonNode quantiles) {
    List<Bin> bins = new ArrayList<>();
    for (int i = 0; i + 1 < quantiles.size(); i++) {
      JsonNode low = quantiles.get(i);
      JsonNode high = quantiles.get(i + 1);
      bins.add(
          new Bin(
              low.path("value").asDouble(0),
              high.path("value").asDouble(0),
              high.path("rank").asDouble(0) - low.path("rank").asDouble(0)));
    }
    boolean wide = !bins.isEmpty() && bins.getLast().to() > bins.getFirst().from();
    return wide ? bins : List.of();
  }

  private static char block(double height, double highest) {
    if (height <= 0 || highest <= 0) {
      return ' ';
    }
    int level = (int) Math.ceil(height / highest * BLOCKS.length());
    return BLOCKS.charAt(Math.clamp(level, 1, BLOCKS.length()) - 1);
  }

  private double[] heights(int cells) {
    double low = bins.getFirst().from();
    double span = bins.getLast().to() - low;
    double[] heights = new double[cells];
    for (Bin bin : bins) {
      double from = span > 0 ? (bin.from() - low) / span * cells : cells / 2.0;
      double to = span > 0 ? (bin.to() - low) / span * cells : from;
      spread(bin.count(), from, to, heights);
    }
    return heights;
  }

  /** Adds a count to the cells that a range covers, or to the one where an empty range lies. */
  private static void spread(double count, double from, double to, double[] heights) {
    int first = Math.clamp((int) from, 0, heights.length - 1);
    if (!(to > from)) {
      heights[first] += count;
      return;
    }
    for (int cell = first; cell < heights.length && cell < to; cell++) {
      double share = (Math.min(to, cell + 1.0) - Math.max(from, cell)) / (to - from);
      heights[cell] += count * Math.max(share, 0);
    }
  }
}
