package io.millrace.workers.analysis;

import org.jspecify.annotations.Nullable;

/**
 * What a {@code dataset.profile} job is asked to do; what is left out is detected or defaulted.
 *
 * @param dataset name of a file below the dataset root
 * @param format {@code csv} or {@code ndjson} (also for a JSON array); by default detected
 * @param delimiter one ASCII character; by default detected among comma, semicolon, tab and bar
 * @param header whether the first record names the columns; by default detected
 * @param encoding a charset's name; by default by byte order mark, else UTF-8 or windows-1252
 * @param topValues most frequent values to show per column, 1 to 100; 10 by default
 * @param histogramBins 1 to 100; 20 by default
 * @param maxBadRowShare share of bad rows above which the job fails, 0 to 1; 0.1 by default
 */
public record ProfilePayload(
    String dataset,
    @Nullable String format,
    @Nullable String delimiter,
    @Nullable Boolean header,
    @Nullable String encoding,
    @Nullable Integer topValues,
    @Nullable Integer histogramBins,
    @Nullable Double maxBadRowShare) {
  private static final int DEFAULT_TOP_VALUES = 10;
  private static final int DEFAULT_BINS = 20;
  private static final double DEFAULT_MAX_BAD_ROW_SHARE = 0.1;

  /** Everything but the name left to the service. */
  public static ProfilePayload of(String dataset) {
    return new ProfilePayload(dataset, null, null, null, null, null, null, null);
  }

  int topValuesOrDefault() {
    return topValues == null ? DEFAULT_TOP_VALUES : topValues;
  }

  int binsOrDefault() {
    return histogramBins == null ? DEFAULT_BINS : histogramBins;
  }

  double maxBadRowShareOrDefault() {
    return maxBadRowShare == null ? DEFAULT_MAX_BAD_ROW_SHARE : maxBadRowShare;
  }

  /** What is out of range, empty if nothing is; the schema says the same to callers of the API. */
  String fault() {
    if (topValuesOrDefault() < 1 || topValuesOrDefault() > 100) {
      return "topValues is 1 to 100";
    }
    if (binsOrDefault() < 1 || binsOrDefault() > 100) {
      return "histogramBins is 1 to 100";
    }
    double share = maxBadRowShareOrDefault();
    return share >= 0 && share <= 1 ? "" : "maxBadRowShare is 0 to 1";
  }
}
