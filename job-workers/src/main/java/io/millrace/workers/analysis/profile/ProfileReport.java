package io.millrace.workers.analysis.profile;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.workers.analysis.read.BadRow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of a {@code dataset.profile} job.
 *
 * @param dataset its name
 * @param format how it was read
 * @param bytes size of the file as it lies on disk
 * @param rows good rows
 * @param badRows rows left out
 * @param columnCount number of columns
 * @param columns one report each, in the dataset's order
 * @param durationMillis how long this attempt took, in milliseconds
 * @param resumed left out when the job ran in one go
 * @param conventions how to read the figures
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ProfileReport(
    String dataset,
    Format format,
    long bytes,
    long rows,
    BadRows badRows,
    int columnCount,
    List<ColumnReport> columns,
    long durationMillis,
    @Nullable Resumed resumed,
    Conventions conventions) {

  /**
   * How a dataset was read.
   *
   * @param kind {@code csv}, {@code ndjson} or {@code json-array}
   * @param detected which of {@code format}, {@code encoding}, {@code delimiter}, {@code header}
   *     were detected; the others were given, or do not apply
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Format(
      String kind,
      String encoding,
      boolean gzip,
      @Nullable String delimiter,
      @Nullable Boolean header,
      List<String> detected) {}

  /**
   * Rows that were skipped.
   *
   * @param share of all rows, 0 to 1
   * @param maxShare the limit; a larger share would have failed the job
   * @param sample the first 20, with their lines
   */
  public record BadRows(long count, double share, double maxShare, List<BadRow> sample) {}

  /**
   * The job went on from a checkpoint.
   *
   * @param fromRow rows, good and bad, that earlier attempts had done
   * @param attempt the attempt that went on
   */
  public record Resumed(long fromRow, int attempt) {}

  /**
   * How to read the figures.
   *
   * @param nullValues what counts as null in CSV, in any case; in JSON only null and absent keys
   * @param distinctConfidence of the bounds of distinct values
   * @param rankConfidence of the errors of quantiles and histograms
   * @param lengthUnit of lengths
   */
  public record Conventions(
      List<String> nullValues,
      double distinctConfidence,
      double rankConfidence,
      String lengthUnit) {
    static final Conventions OURS =
        new Conventions(
            List.of("", "null", "NA", "N/A", "#N/A", "NaN", "none", "\\N"),
            0.95,
            0.99,
            "UTF-16 characters, spaces around a value left out");
  }

  /** What a job says of itself. */
  public record Run(
      String dataset,
      Format format,
      long bytes,
      double maxBadShare,
      long durationMillis,
      @Nullable Resumed resumed) {}

  /**
   * The report of a finished profile.
   *
   * @param topValues most frequent values to show, per column
   * @param bins of a histogram
   */
  public static ProfileReport of(DatasetProfile profile, Run run, int topValues, int bins) {
    long all = profile.rows() + profile.badRows();
    double share = all == 0 ? 0 : (double) profile.badRows() / all;
    List<ColumnReport> columns =
        profile.columns().stream()
            .map(column -> new ColumnSummary(column, topValues, bins).of(profile.rows()))
            .toList();
    return new ProfileReport(
        run.dataset(),
        run.format(),
        run.bytes(),
        profile.rows(),
        new BadRows(profile.badRows(), share, run.maxBadShare(), profile.badSamples()),
        columns.size(),
        columns,
        run.durationMillis(),
        run.resumed(),
        Conventions.OURS);
  }
}
