package io.millrace.api.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.http.LineReader.Line;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineReaderTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 100})
  void next_anyPieces_givesTheSameLines(int piece) throws IOException {
    List<String> lines = read("a\n\n  \r\nbc\r\n\td\n12345678901\nlast", 10, piece);
    assertThat(lines).containsExactly("1:a", "4:bc\r", "5:\td", "6:too long", "7:last");
  }

  @Test
  void next_lineOfExactlyTheLimit_isTaken() throws IOException {
    assertThat(read("1234567890\n", 10, 3)).containsExactly("1:1234567890");
  }

  @Test
  void next_lineBeyondTheBuffer_isWhole() throws IOException {
    String line = "x".repeat(100_000);
    assertThat(read(line + "\n" + line + "y", 100_001, 65_536))
        .containsExactly("1:" + line, "2:" + line + "y");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", " \n\r\n \n"})
  void next_nothingButBlankLines_endsAtOnce(String text) throws IOException {
    assertThat(read(text, 10, 5)).isEmpty();
  }

  private static List<String> read(String text, int limit, int piece) throws IOException {
    InputStream pieces =
        new ByteArrayInputStream(text.getBytes(UTF_8)) {
          @Override
          public synchronized int read(byte[] into, int from, int length) {
            return super.read(into, from, Math.min(length, piece));
          }
        };
    LineReader reader = new LineReader(pieces, limit);
    List<String> lines = new ArrayList<>();
    for (Line line = reader.next(); line != null; line = reader.next()) {
      lines.add(
          line.number() + ":" + (line.tooLong() ? "too long" : new String(line.text(), UTF_8)));
    }
    return lines;
  }
}
