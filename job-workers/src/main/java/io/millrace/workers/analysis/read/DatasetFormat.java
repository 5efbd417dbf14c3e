package io.millrace.workers.analysis.read;

import java.nio.charset.Charset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a dataset is to be read.
 *
 * @param kind CSV, NDJSON or a JSON array
 * @param charset of the file; everything behind {@link DatasetStream} is UTF-8
 * @param delimiter between fields; NUL for JSON
 * @param header whether the first record names the columns
 * @param columns the names known before the first row; JSON learns its own while reading
 * @param start the first row
 * @param detected which of {@code format}, {@code encoding}, {@code delimiter}, {@code header} were
 *     detected rather than given
 */
public record DatasetFormat(
    Kind kind,
    Charset charset,
    char delimiter,
    boolean header,
    List<String> columns,
    Position start,
    List<String> detected) {
  /** The kinds of dataset. */
  public enum Kind {
    /** Delimited text. */
    CSV,
    /** One JSON object per line. */
    NDJSON,
    /** One JSON array of objects. */
    JSON_ARRAY
  }

  RecordBoundary boundary() {
    return switch (kind) {
      case CSV -> new CsvBoundary(delimiter);
      case NDJSON -> new LineBoundary();
      case JSON_ARRAY -> new ElementBoundary();
    };
  }

  BlockParser parser(List<String> known) {
    return switch (kind) {
      case CSV -> new CsvBlockParser(new CsvDialect(delimiter), columns.size());
      case NDJSON -> new JsonBlockParser(known, false);
      case JSON_ARRAY -> new JsonBlockParser(known, true);
    };
  }

  /** Whether positions count the file's own bytes, decompressed. */
  public boolean isUtf8() {
    return DatasetStream.isUtf8(charset);
  }

  /** The delimiter as shown, null for JSON. */
  public @Nullable String shownDelimiter() {
    return kind == Kind.CSV ? String.valueOf(delimiter) : null;
  }
}
