package io.millrace.workers.handlers.http;

import io.millrace.model.ErrorKind;
import io.millrace.workers.handler.JobFailedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The status codes that count as success.
 *
 * @param ranges what the payload lists: a code, {@code 204}, or a class, {@code "2xx"}
 */
record ExpectedStatus(List<Range> ranges) {
  private static final int MAX_ENTRIES = 16;
  private static final Set<Integer> RETRYABLE_4XX = Set.of(408, 429);

  record Range(int first, int last) {
    @Override
    public String toString() {
      return first == last ? Integer.toString(first) : first / 100 + "xx";
    }
  }

  /** Absent or null means 2xx. */
  static ExpectedStatus parse(@Nullable List<JsonNode> entries) throws JobFailedException {
    if (entries == null) {
      return new ExpectedStatus(List.of(new Range(200, 299)));
    }
    if (entries.isEmpty() || entries.size() > MAX_ENTRIES) {
      throw refused("must have 1 to " + MAX_ENTRIES + " entries");
    }
    List<Range> ranges = new ArrayList<>();
    for (JsonNode entry : entries) {
      ranges.add(range(entry));
    }
    return new ExpectedStatus(List.copyOf(ranges));
  }

  boolean includes(int status) {
    return ranges.stream().anyMatch(range -> range.first() <= status && status <= range.last());
  }

  /** Whether the same request may be answered otherwise later (RFC 9110 and RFC 6585, 429). */
  static boolean mayChange(int status) {
    return status >= 500 || RETRYABLE_4XX.contains(status);
  }

  @Override
  public String toString() {
    return ranges.stream().map(Range::toString).collect(Collectors.joining(", "));
  }

  private static Range range(@Nullable JsonNode entry) throws JobFailedException {
    if (entry != null && entry.isInt() && entry.intValue() >= 200 && entry.intValue() <= 599) {
      return new Range(entry.intValue(), entry.intValue());
    }
    if (entry != null && entry.isString() && entry.stringValue().matches("[2-5]xx")) {
      int first = (entry.stringValue().charAt(0) - '0') * 100;
      return new Range(first, first + 99);
    }
    throw refused("has an entry that is neither a code from 200 to 599 nor 2xx, 3xx, 4xx or 5xx");
  }

  private static JobFailedException refused(String why) {
    return new JobFailedException(ErrorKind.BAD_PAYLOAD, "expectedStatus " + why);
  }
}
