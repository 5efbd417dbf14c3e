package io.millrace.ops.report;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * A small bar chart of block characters, one cell a bar, linear from nothing (a blank) to the
 * highest bar; whatever is more than nothing shows at least the lowest block.
 */
record Histogram(List<Bin> bins) implements Cell {
  private static final String BLOCKS = "▁▂▃▄▅▆▇█";
  private static final int WISH = 16;

  /** How many values lie between two numbers. */
  record Bin(double from, double to, double count) {}

  Histogram {
    bins = List.copyOf(bins);
  }

  /** Reads {@code {"bins":[{"from","to","count"}]}}; bins without bounds count as equally wide. */
  static Cell of(JsonNode histogram) {
    List<Bin> bins = new ArrayList<>();
    for (JsonNode bin : histogram.path("bins").values()) {
      double index = bins.size();
      boolean bounded = bin.path("from").isNumber() && bin.path("to").isNumber();
      bins.add(
          new Bin(
              bounded ? bin.path("from").asDouble() : index,
              bounded ? bin.path("to").asDouble() : index + 1,
              bin.path("count").asDouble(0)));
    }
    return bins.isEmpty() ? Cell.EMPTY : new Histogram(bins);
  }

  @Override
  public int width() {
    return WISH;
  }

  @Override
  public String draw(int cells) {
    double[] bars = bars(cells);
    double highest = 0;
    for (double bar : bars) {
      highest = Math.max(highest, bar);
    }
    StringBuilder drawn = new StringBuilder(cells);
    for (double bar : bars) {
      drawn.append(block(bar, highest));
    }
    return drawn.toString();
  }

  private static char block(double bar, double highest) {
    if (bar <= 0 || highest <= 0) {
      return ' ';
    }
    int level = (int) Math.ceil(bar / highest * BLOCKS.length());
    return BLOCKS.charAt(Math.clamp(level, 1, BLOCKS.length()) - 1);
  }

  /** Spreads each bin's count evenly over the cells that its range covers. */
  private double[] bars(int cells) {
    double low = bins.getFirst().from();
    double span = bins.getLast().to() - low;
    double[] bars = new double[cells];
    if (cells == 0) {
      return bars;
    }
    for (Bin bin : bins) {
      if (!(span > 0) || !(bin.to() > bin.from())) {
        double at = span > 0 ? (bin.from() - low) / span : 0.5;
        bars[Math.clamp((int) (at * cells), 0, cells - 1)] += bin.count();
        continue;
      }
      spread(bin, (bin.from() - low) / span * cells, (bin.to() - low) / span * cells, bars);
    }
    return bars;
  }

  private static void spread(Bin bin, double from, double to, double[] bars) {
    int first = Math.clamp((int) from, 0, bars.length - 1);
    for (int cell = first; cell < bars.length && cell < to; cell++) {
      double share = (Math.min(to, cell + 1.0) - Math.max(from, cell)) / (to - from);
      bars[cell] += bin.count() * Math.max(share, 0);
    }
  }
}
