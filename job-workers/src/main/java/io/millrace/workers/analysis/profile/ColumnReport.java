package io.millrace.workers.analysis.profile;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a profile says of one column. What does not apply is left out.
 *
 * @param name from the header or the JSON key; {@code column_1}, ... without a header
 * @param type {@code integer}, {@code decimal}, {@code boolean}, {@code date}, {@code timestamp},
 *     {@code string}, {@code object}, {@code array}: what at least 95 % of the values are (integers
 *     count as decimals too, dates as timestamps); {@code mixed} if there is no such type; {@code
 *     empty} if there is no value
 * @param detail {@code full}, or {@code reduced} from the 65th column on: smaller sketches, fewer
 *     and shorter values
 * @param count values that are not null
 * @param nulls rows without a value
 * @param kinds how many values are of each type, zeros left out; shows the dirt in a column
 * @param distinct number of different values
 * @param min smallest number, or earliest date or timestamp
 * @param max largest number, or latest date or timestamp
 * @param mean of the numbers
 * @param stddev sample standard deviation of the numbers (n - 1)
 * @param quantiles of the numbers
 * @param histogram of the numbers
 * @param topValues most frequent values
 * @param lengths of the values as text
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ColumnReport(
    String name,
    String type,
    String detail,
    long count,
    long nulls,
    Map<String, Long> kinds,
    Distinct distinct,
    @Nullable Object min,
    @Nullable Object max,
    @Nullable Double mean,
    @Nullable Double stddev,
    @Nullable Quantiles quantiles,
    @Nullable Histogram histogram,
    TopValues topValues,
    @Nullable Lengths lengths) {

  /**
   * A number of different values.
   *
   * @param value the number, or HLL's estimate
   * @param lower with 95 % confidence there are at least so many
   * @param upper with 95 % confidence there are at most so many
   * @param exact then all three are the same
   */
  public record Distinct(long value, long lower, long upper, boolean exact) {}

  /**
   * Quantiles, inclusive: the share {@code rank} of the numbers is at most {@code value}.
   *
   * @param exact counted, not estimated
   * @param rankError with 99 % confidence a value's true rank is within this of the rank given; KLL
   * @param values by rank
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Quantiles(boolean exact, @Nullable Double rankError, List<Quantile> values) {}

  /**
   * One quantile.
   *
   * @param lower the true value is at least this, at the confidence of the rank error
   * @param upper the true value is at most this
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Quantile(
      double rank, double value, @Nullable Double lower, @Nullable Double upper) {}

  /**
   * Equal-width bins from smallest to largest number.
   *
   * @param exact counted, not estimated
   * @param countError with 99 % confidence each count is within this; from KLL
   * @param edges one more than there are bins; a bin holds what is above its lower edge up to and
   *     including its upper edge, the first one its lower edge too
   * @param counts numbers per bin
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Histogram(
      boolean exact, @Nullable Long countError, List<Double> edges, List<Long> counts) {}

  /**
   * The most frequent values, most frequent first.
   *
   * @param exact counted; otherwise only values certain to be more frequent than the error
   * @param maxError counts are at most this much too high; always, not just likely
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record TopValues(boolean exact, @Nullable Long maxError, List<TopValue> values) {}

  /**
   * One value, cut to 64 characters (24 in columns of reduced detail).
   *
   * @param count how often it occurs, at most
   * @param lower how often it occurs, at least; left out when exact
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record TopValue(String value, long count, @Nullable Long lower) {}

  /** Lengths in UTF-16 characters, without spaces around; exact. */
  public record Lengths(int min, int max, double mean) {}
}
