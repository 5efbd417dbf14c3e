package io.millrace.workers.analysis.profile;

import java.util.List;

/**
 * How much is kept of one column. A dataset's first {@value #FULL_COLUMNS} columns are kept in
 * full, later ones with smaller sketches and fewer values, so that neither a checkpoint nor a
 * result grows out of hand with a wide dataset.
 *
 * @param shown the word for it in results
 * @param exactValues up to so many distinct values are counted exactly
 * @param hllLgK base-2 logarithm of the HLL sketch's number of registers
 * @param kllK the KLL sketch's k: rank error 0.4 % at 800, 1.9 % at 128
 * @param frequentMapSize the frequent-items sketch's map: counts are within 3.5/size of all values
 * @param valueChars values are cut to this length, in characters
 * @param maxTopValues most frequent values shown at most
 * @param maxBins histogram bins shown at most
 * @param ranks of the quantiles shown
 */
public record Detail(
    String shown,
    int exactValues,
    int hllLgK,
    int kllK,
    int frequentMapSize,
    int valueChars,
    int maxTopValues,
    int maxBins,
    List<Double> ranks) {
  /** So many columns are kept in full. */
  public static final int FULL_COLUMNS = 64;

  static final Detail FULL =
      new Detail(
          "full",
          1_000,
          12,
          800,
          1024,
          64,
          100,
          100,
          List.of(0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99));
  static final Detail REDUCED =
      new Detail("reduced", 64, 10, 128, 128, 24, 3, 5, List.of(0.25, 0.5, 0.75));

  /** The detail of a column, by its number from 0. */
  static Detail of(int column) {
    return column < FULL_COLUMNS ? FULL : REDUCED;
  }
}
