package io.millrace.workers.analysis.read;

import org.jspecify.annotations.Nullable;

/**
 * What the caller says about a dataset's format; null leaves it to detection.
 *
 * @param format {@code csv} or {@code ndjson}
 * @param delimiter one ASCII character
 * @param header whether the first record names the columns
 * @param encoding a charset's name
 */
public record FormatRequest(
    @Nullable String format,
    @Nullable String delimiter,
    @Nullable Boolean header,
    @Nullable String encoding) {
  /** Everything is to be detected. */
  public static final FormatRequest DETECT = new FormatRequest(null, null, null, null);
}
