package io.millrace.workers.analysis.read;

/**
 * A row that was skipped.
 *
 * @param line its first line in the file, from 1
 * @param reason why, in a few words
 * @param text how it starts, cut to {@link ReadLimits#BAD_ROW_CHARS} characters
 */
public record BadRow(long line, String reason, String text) {
  public BadRow {
    text = ShownText.of(text, ReadLimits.BAD_ROW_CHARS);
  }
}
