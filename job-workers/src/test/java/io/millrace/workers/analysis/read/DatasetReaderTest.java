package io.millrace.workers.analysis.read;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatasetReaderTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void read_lineEnds_allThreeEndARow(String end) throws Exception {
    var read = DatasetFiles.read(folder, "a,b\n1,x\n2,\"y\nz\"\n3\n4,w".replace("\n", end));
    assertThat(read.rows())
        .containsExactly(List.of("1", "x"), List.of("2", "y" + end + "z"), List.of("4", "w"));
    assertThat(read.bad()).containsExactly(new BadRow(5, "1 field instead of 2", "3"));
  }

  @Test
  void read_quotes_areUnescaped() throws Exception {
    var read = DatasetFiles.read(folder, "a,b\n\"say \"\"hi\"\"\",\"1,2\"\n\"\",5\" disk\n");
    assertThat(read.rows()).containsExactly(List.of("say \"hi\"", "1,2"), List.of("", "5\" disk"));
  }

  @Test
  void read_textBehindClosingQuote_costsThatRowOnly() throws Exception {
    var read = DatasetFiles.read(folder, "a,b\n1,x\n\"2\"z,y\n3,w\n");
    assertThat(read.rows()).containsExactly(List.of("1", "x"), List.of("3", "w"));
    assertThat(read.bad()).hasSize(1);
    assertThat(read.bad().getFirst().line()).isEqualTo(3);
    assertThat(read.bad().getFirst().reason()).startsWith("quotes");
  }

  @Test
  void read_quoteNeverClosed_costsItsLineOnly() throws Exception {
    var read = DatasetFiles.read(folder, "a,b\n1,x\n\"2,y\n3,z\n4,w\n");
    assertThat(read.rows())
        .containsExactly(List.of("1", "x"), List.of("3", "z"), List.of("4", "w"));
    assertThat(read.bad().getFirst().line()).isEqualTo(3);
    assertThat(read.bad().getFirst().reason()).contains("never closed");
  }

  @Test
  void read_quoteOpenForMoreThanARecordMayHold_costsItsLineOnly() throws Exception {
    int rows = 200_000;
    var read = DatasetFiles.read(folder, "a,b\n1,x\n2,\"y\n" + "3,some text\n".repeat(rows));
    assertThat(read.rows()).hasSize(rows + 1);
    assertThat(read.bad()).hasSize(1);
    assertThat(read.bad().getFirst().line()).isEqualTo(3);
    assertThat(read.bad().getFirst().reason()).contains("larger than 1048576 bytes");
  }

  @Test
  void read_lineOfManyMegabytes_isOneBadRow() throws Exception {
    String text = "a,b\n1,x\n" + "0123456789".repeat(1_000_000) + "\n2,y\n";
    var read = DatasetFiles.read(folder, text);
    assertThat(read.rows()).containsExactly(List.of("1", "x"), List.of("2", "y"));
    assertThat(read.bad()).hasSize(1);
    assertThat(read.bad().getFirst().text()).hasSize(ReadLimits.BAD_ROW_CHARS);
  }

  @Test
  void read_recordLargerThanABlock_isRead() throws Exception {
    String big = "x".repeat(700_000);
    var read = DatasetFiles.read(folder, "a,b\n1,\"" + big + "\"\n2,y\n");
    assertThat(read.rows()).containsExactly(List.of("1", big), List.of("2", "y"));
    assertThat(read.bad()).isEmpty();
  }

  @Test
  void read_firstRecordWithoutEnd_isRefused() {
    assertThatThrownBy(() -> DatasetFiles.read(folder, "\"a,b\n1,2\n"))
        .isInstanceOf(UnreadableDatasetException.class)
        .hasMessageContaining("line 1");
  }

  @Test
  void read_bytesThatAreNotUtf8BehindTheSample_costTheirRowsOnly() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write("a,b\n".getBytes(UTF_8));
    bytes.write("1,some text here\n".repeat(6_000).getBytes(UTF_8));
    bytes.write("2,M\u00fcller\n".getBytes(ISO_8859_1));
    bytes.write("3,M\u00fcller \uFFFD\n".getBytes(UTF_8));
    var read = DatasetFiles.read(folder, bytes.toByteArray(), FormatRequest.DETECT);
    assertThat(read.rows()).hasSize(6_001);
    assertThat(read.rows().getLast()).containsExactly("3", "Müller \uFFFD");
    assertThat(read.bad()).hasSize(1);
    assertThat(read.bad().getFirst().line()).isEqualTo(6_002);
    assertThat(read.bad().getFirst().reason()).contains("UTF-8");
  }

  @Test
  void read_nulByteBehindTheSample_staysInItsCell() throws Exception {
    var read =
        DatasetFiles.read(folder, "a,b\n" + "1,some text here\n".repeat(6_000) + "2,x\u0000y\n");
    assertThat(read.rows().getLast()).containsExactly("2", "x\u0000y");
  }

  @Test
  void read_raggedRows_areCountedInEveryBlockButSampledWithABound() throws Exception {
    var read = DatasetFiles.read(folder, "a,b\n1,2\n3,4\n5,6\n" + "x,y,z\n".repeat(100));
    assertThat(read.rows()).hasSize(3);
    assertThat(read.bad()).hasSize(ReadLimits.BAD_ROW_SAMPLES);
    assertThat(read.bad().getLast().line()).isEqualTo(24);
  }

  @Test
  void read_ndjson_keepsKindsAndMissingKeys() throws Exception {
    var read =
        DatasetFiles.read(
            folder, "{\"a\":1,\"b\":\"x\"}\n\n{\"b\":null,\"c\":{\"d\":[1, 2]}}\n{\"a\":2.5}\n");
    assertThat(read.columns()).containsExactly("a", "b", "c");
    assertThat(read.rows())
        .containsExactly(List.of("1", "2.5"), List.of("x", ""), List.of("{\"d\":[1, 2]}"));
  }

  @Test
  void read_ndjsonLinesThatAreNotObjects_areBadRows() throws Exception {
    var read =
        DatasetFiles.read(
            folder,
            "{\"a\":1}\n[1]\n{\"a\":\n{\"a\":NaN}\n{\"a\":1}{\"a\":2}\n{\"a\":1,\"a\":2}\n7\n{\"a\":3}\n");
    assertThat(read.rows()).containsExactly(List.of("1"), List.of("3"));
    assertThat(read.bad()).extracting(BadRow::line).containsExactly(2L, 3L, 4L, 5L, 6L, 7L);
    assertThat(read.bad())
        .extracting(bad -> bad.reason().split(":", 2)[0])
        .containsExactly(
            "not a JSON object",
            "invalid JSON",
            "invalid JSON",
            "more than one JSON value",
            "a key is repeated",
            "not a JSON object");
  }

  @Test
  void read_jsonArray_pretty_givesItsElements() throws Exception {
    var read =
        DatasetFiles.read(
            folder, "[\n  {\n    \"a\": \"}],\\\"{\"\n  },\n  {\"a\": 2},\n  3,\n {\"a\": 4}\n]\n");
    assertThat(read.rows()).containsExactly(List.of("}],\"{"), List.of("2"), List.of("4"));
    assertThat(read.bad()).containsExactly(new BadRow(6, "not a JSON object", "3"));
  }

  @Test
  void read_jsonArrayCutOff_losesTheLastElementOnly() throws Exception {
    var read = DatasetFiles.read(folder, "[{\"a\": 1},\n{\"a\": 2},\n{\"a\": ");
    assertThat(read.rows()).containsExactly(List.of("1"), List.of("2"));
    assertThat(read.bad()).hasSize(1);
    assertThat(read.bad().getFirst().reason()).contains("never closed");
  }

  @Test
  void read_moreKeysThanColumnsAllowed_isRefused() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i <= ReadLimits.COLUMNS; i++) {
      text.append("{\"k").append(i).append("\":1}\n");
    }
    assertThatThrownBy(() -> DatasetFiles.read(folder, text.toString()))
        .isInstanceOf(UnreadableDatasetException.class)
        .hasMessageContaining("more than 2000 columns");
  }

  /** Random cells full of what CSV uses itself come back as they were written. */
  @RepeatedTest(30)
  void read_randomCells_comeBack(RepetitionInfo repetition) throws Exception {
    SplittableRandom random = new SplittableRandom(repetition.getCurrentRepetition());
    int width = 1 + random.nextInt(6);
    List<List<String>> rows = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    addRow(header(width), ",\n", rows, text);
    rows.clear();
    for (int row = 0; row < 3_000; row++) {
      List<String> cells = new ArrayList<>();
      for (int column = 0; column < width; column++) {
        cells.add(cell(random));
      }
      addRow(cells, random.nextBoolean() ? ",\n" : ",\r\n", rows, text);
    }
    var request = new FormatRequest("csv", ",", true, "UTF-8");
    var read = DatasetFiles.read(folder, text.toString().getBytes(UTF_8), request);
    assertThat(read.bad()).isEmpty();
    assertThat(read.rows()).isEqualTo(rows);
  }

  /** Starting at any block's end gives what was left, as a resumed job needs it. */
  @Test
  void open_atTheEndOfAnyBlock_readsTheSameRest() throws Exception {
    SplittableRandom random = new SplittableRandom(7);
    List<List<String>> rows = new ArrayList<>();
    StringBuilder text = new StringBuilder("a,b\n");
    for (int row = 0; row < 60_000; row++) {
      addRow(List.of(cell(random) + "k", cell(random)), ",\n", rows, text);
    }
    Path path = Files.writeString(folder.resolve("dataset"), text);
    DatasetFile file = DatasetFile.of(path);
    var format = FormatDetection.detect(file, new FormatRequest("csv", ",", true, "UTF-8"));
    List<Position> ends = ends(file, format, format.start());
    assertThat(ends.size()).isGreaterThan(2);
    for (int i = 0; i < ends.size(); i++) {
      assertThat(ends(file, format, ends.get(i))).isEqualTo(ends.subList(i + 1, ends.size()));
    }
  }

  private static List<Position> ends(DatasetFile file, DatasetFormat format, Position start)
      throws Exception {
    List<Position> ends = new ArrayList<>();
    try (DatasetReader reader = DatasetReader.open(file, format, format.columns(), start)) {
      for (RowBlock block = reader.read(); block != null; block = reader.read()) {
        ends.add(block.next());
      }
    }
    return ends;
  }

  private static List<String> header(int width) {
    List<String> names = new ArrayList<>();
    for (int column = 0; column < width; column++) {
      names.add("c" + column);
    }
    return names;
  }

  private static String cell(SplittableRandom random) {
    String alphabet = "ab1,;\"\n\r '|ü😀";
    StringBuilder cell = new StringBuilder();
    for (int length = random.nextInt(9); length > 0; length--) {
      int at = random.nextInt(alphabet.codePointCount(0, alphabet.length()));
      cell.appendCodePoint(alphabet.codePointAt(alphabet.offsetByCodePoints(0, at)));
    }
    return cell.toString();
  }

  private static void addRow(
      List<String> cells, String ends, List<List<String>> rows, StringBuilder text) {
    rows.add(cells);
    for (int i = 0; i < cells.size(); i++) {
      String cell = cells.get(i);
      boolean quoted = cell.isEmpty() || cell.chars().anyMatch(c -> ",\"\n\r".indexOf(c) >= 0);
      text.append(i == 0 ? "" : ends.substring(0, 1));
      text.append(quoted ? "\"" + cell.replace("\"", "\"\"") + "\"" : cell);
    }
    text.append(ends.substring(1));
  }
}
