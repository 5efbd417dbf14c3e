package io.millrace.workers.analysis.read;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.workers.analysis.read.DatasetFormat.Kind;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FormatDetectionTest {
  private static final String UMLAUTS = "name,town\nMüller,Köln\nGroß,Lübeck\n";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {",", ";", "\t", "|"})
  void detect_delimiter_isFound(String delimiter) throws Exception {
    var read = DatasetFiles.read(folder, "id,note\n1,x y\n2,z:w\n".replace(",", delimiter));

    assertThat(read.format().delimiter()).isEqualTo(delimiter.charAt(0));
    assertThat(read.columns()).containsExactly("id", "note");
    assertThat(read.format().detected())
        .containsExactlyInAnyOrder("format", "encoding", "delimiter", "header");
  }

  @Test
  void detect_commasInsideQuotesOfSemicolonFile_doNotMislead() throws Exception {
    var read = DatasetFiles.read(folder, "a;b\n\"1,2,3\";x\n\"4,5\";y\n");
    assertThat(read.format().delimiter()).isEqualTo(';');
  }

  @Test
  void detect_singleColumn_isCsv() throws Exception {
    var read = DatasetFiles.read(folder, "name\nanna\nbert\n");
    assertThat(read.columns()).containsExactly("name");
    assertThat(read.rows()).containsExactly(List.of("anna"), List.of("bert"));
  }

  @Test
  void detect_firstRowOfNumbers_isNoHeader() throws Exception {
    var read = DatasetFiles.read(folder, "1,2.5\n3,4.5\n");
    assertThat(read.format().header()).isFalse();
    assertThat(read.columns()).containsExactly("column_1", "column_2");
    assertThat(read.rows()).hasSize(2);
  }

  @Test
  void detect_firstRowRepeatedBelow_isNoHeader() throws Exception {
    var read = DatasetFiles.read(folder, "red,north\nblue,south\nred,east\n");
    assertThat(read.format().header()).isFalse();
  }

  @Test
  void detect_headerWithEmptyAndDoubledNames_makesThemUnique() throws Exception {
    var request = new FormatRequest(null, null, true, null);
    var read = DatasetFiles.read(folder, ",a,a\n1,2,3\n".getBytes(UTF_8), request);
    assertThat(read.columns()).containsExactly("column_1", "a", "a_2");
    assertThat(read.format().detected()).doesNotContain("header");
  }

  @Test
  void detect_blankLinesBeforeHeader_areLeftOut() throws Exception {
    var read = DatasetFiles.read(folder, "\n\na,b\n1,x\n");
    assertThat(read.columns()).containsExactly("a", "b");
    assertThat(read.format().start().line()).isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource({"UTF-8,UTF-8", "windows-1252,windows-1252", "ISO-8859-1,windows-1252"})
  void detect_encodingWithoutMark_isFound(String written, String found) throws Exception {
    var read = DatasetFiles.read(folder, UMLAUTS, Charset.forName(written));
    assertThat(read.format().charset().name()).isEqualTo(found);
    assertThat(read.rows().getFirst()).containsExactly("Müller", "Köln");
  }

  @Test
  void detect_byteUnknownToWindows1252_isLatin1() throws Exception {
    byte[] bytes = "a,b\n1,\u0081ü\n".getBytes(ISO_8859_1);
    var read = DatasetFiles.read(folder, bytes, FormatRequest.DETECT);
    assertThat(read.format().charset()).isEqualTo(ISO_8859_1);
  }

  @Test
  void detect_byteOrderMarks_decideAndAreLeftOut() throws Exception {
    for (Charset charset : new Charset[] {UTF_8, UTF_16LE, UTF_16BE}) {
      var read = DatasetFiles.read(folder, "\uFEFF" + UMLAUTS + "😀,Ω\n", charset);
      assertThat(read.format().charset()).isEqualTo(charset);
      assertThat(read.columns()).containsExactly("name", "town");
      assertThat(read.rows().getLast()).containsExactly("😀", "Ω");
    }
  }

  @Test
  void detect_encodingGiven_isTaken() throws Exception {
    var request = new FormatRequest(null, null, null, "UTF-16LE");
    var read = DatasetFiles.read(folder, UMLAUTS.getBytes(UTF_16LE), request);
    assertThat(read.rows().getLast()).containsExactly("Groß", "Lübeck");
  }

  @Test
  void detect_encodingUnknown_isRefused() {
    var request = new FormatRequest(null, null, null, "no-such");
    assertThatThrownBy(() -> DatasetFiles.read(folder, UMLAUTS.getBytes(UTF_8), request))
        .isInstanceOf(UnreadableDatasetException.class)
        .hasMessageContaining("encoding");
  }

  @Test
  void detect_bytesTheGivenEncodingDoesNotKnow_areRefused() {
    var request = new FormatRequest(null, null, null, "UTF-16LE");
    assertThatThrownBy(
            () -> DatasetFiles.read(folder, new byte[] {'a', 0, 0, (byte) 0xdc, 'b', 0}, request))
        .isInstanceOf(UnreadableDatasetException.class)
        .hasMessageContaining("encoding does not know");
  }

  @Test
  void detect_objectPerLine_isNdjson() throws Exception {
    assertThat(DatasetFiles.read(folder, "{\"a\":1}\n{\"a\":2}\n").format().kind())
        .isEqualTo(Kind.NDJSON);
  }

  @Test
  void detect_arrayOfObjects_isJsonArray() throws Exception {
    assertThat(DatasetFiles.read(folder, " [\n {\"a\": 1},\n {\"a\": 2}\n]\n").format().kind())
        .isEqualTo(Kind.JSON_ARRAY);
  }

  @Test
  void detect_bracketsInCsv_stayCsv() throws Exception {
    assertThat(DatasetFiles.read(folder, "[x],{y}\n1,2\n").format().kind()).isEqualTo(Kind.CSV);
  }

  @Test
  void detect_binarySignatures_areNamed() {
    byte[] zip = {'P', 'K', 3, 4, 20, 0, 0};
    assertThatThrownBy(() -> DatasetFiles.read(folder, zip, FormatRequest.DETECT))
        .hasMessageContaining("binary file (zip");
    byte[] controls = "\u0001\u0002\u0003\u0004abc".getBytes(UTF_8);
    assertThatThrownBy(() -> DatasetFiles.read(folder, controls, FormatRequest.DETECT))
        .hasMessageContaining("4 control characters");
  }

  @Test
  void detect_onlyBlankLines_isEmpty() {
    assertThatThrownBy(() -> DatasetFiles.read(folder, "\n\r\n\n"))
        .hasMessageContaining("holds no record");
  }

  @Test
  void detect_hundredThousandColumns_isRefused() {
    assertThatThrownBy(() -> DatasetFiles.read(folder, "x,".repeat(99_999) + "x\n1,2\n"))
        .isInstanceOf(UnreadableDatasetException.class)
        .hasMessageContaining("100000 columns, at most 2000");
  }

  @Test
  void detect_delimiterThatIsNone_isRefused() {
    var request = new FormatRequest("csv", "::", null, null);
    assertThatThrownBy(() -> DatasetFiles.read(folder, UMLAUTS.getBytes(UTF_8), request))
        .hasMessageContaining("one ASCII character");
  }
}
