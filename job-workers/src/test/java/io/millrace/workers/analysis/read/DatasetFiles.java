package io.millrace.workers.analysis.read;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads small datasets whole, for tests. */
public final class DatasetFiles {
  private DatasetFiles() {}

  /** What reading a whole dataset gave. */
  public record Read(
      DatasetFormat format, List<String> columns, List<List<String>> rows, List<BadRow> bad) {}

  public static Read read(Path folder, String text) throws IOException {
    return read(folder, text.getBytes(StandardCharsets.UTF_8), FormatRequest.DETECT);
  }

  static Read read(Path folder, String text, Charset charset) throws IOException {
    return read(folder, text.getBytes(charset), FormatRequest.DETECT);
  }

  static Read read(Path folder, byte[] bytes, FormatRequest request) throws IOException {
    Path path = Files.write(folder.resolve("dataset"), bytes);
    DatasetFile file = DatasetFile.of(path);
    DatasetFormat format = FormatDetection.detect(file, request);
    List<String> columns = new ArrayList<>(format.columns());
    List<List<String>> rows = new ArrayList<>();
    List<BadRow> bad = new ArrayList<>();
    try (DatasetReader reader =
        DatasetReader.open(file, format, format.columns(), format.start())) {
      for (RowBlock block = reader.read(); block != null; block = reader.read()) {
        columns.addAll(block.newColumns());
        bad.addAll(block.badSamples());
        addRows(block, rows);
      }
    }
    return new Read(format, columns, rows, bad);
  }

  /** Rows of a block; of JSON with several columns, which rows may lack, one list per column. */
  private static void addRows(RowBlock block, List<List<String>> rows) {
    boolean complete = block.columns() == 0 || block.stride() == block.columns();
    if (complete && block.columns() > 0) {
      for (int row = 0; row < block.rows(); row++) {
        List<String> cells = new ArrayList<>();
        for (int column = 0; column < block.columns(); column++) {
          cells.add(cell(block, block.first(column) + row * block.stride()));
        }
        rows.add(cells);
      }
      return;
    }
    for (int column = 0; column < block.columns(); column++) {
      List<String> cells = new ArrayList<>();
      for (int i = 0; i < block.count(column); i++) {
        cells.add(cell(block, block.first(column) + i));
      }
      rows.add(cells);
    }
  }

  private static String cell(RowBlock block, int cell) {
    int start = block.start(cell);
    return new String(block.text(), start, block.end(cell) - start);
  }
}
