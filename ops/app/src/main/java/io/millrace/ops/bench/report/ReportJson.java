package io.millrace.ops.bench.report;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.millrace.ops.bench.result.BenchReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A report as a file. Reading is generous: fields it does not know are passed over, lists and maps
 * that are missing are empty, so that reports of older and newer versions can be compared.
 */
public final class ReportJson {
  /** Beyond it a file is no report: half an hour of points a second is less than a megabyte. */
  private static final long MAX_BYTES = 100_000_000;

  private static final JsonSetter.Value EMPTY = JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY);

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .withConfigOverride(List.class, list -> list.setNullHandling(EMPTY))
          .withConfigOverride(Map.class, map -> map.setNullHandling(EMPTY))
          .build();

  private ReportJson() {}

  /** The whole report. */
  public static String write(BenchReport report) {
    return JSON.writeValueAsString(report);
  }

  /**
   * Reads one.
   *
   * @throws IOException with a sentence for a person, when the file is missing, too large, or no
   *     report
   */
  public static BenchReport read(Path file) throws IOException {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw new IOException(file + " is no file that can be read");
    }
    if (Files.size(file) > MAX_BYTES) {
      throw new IOException(file + " is no report: it is larger than " + MAX_BYTES + " bytes");
    }
    try {
      BenchReport report = JSON.readValue(Files.readString(file), BenchReport.class);
      if (report == null || report.startedAt() == null || report.measurements().isEmpty()) {
        throw new IOException(file + " is no report: startedAt or measurements is missing");
      }
      return report;
    } catch (JacksonException e) {
      throw new IOException(file + " is no report: " + e.getOriginalMessage(), e);
    }
  }
}
