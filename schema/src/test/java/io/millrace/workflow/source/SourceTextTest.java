package io.millrace.workflow.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceTextTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a: [yes, on, True, ~, '', null]|{\"a\":[\"yes\",\"on\",true,null,\"\",null]}",
        "a: [0x1F, 0o17, -3, +4, 007]|{\"a\":[31,15,-3,4,7]}",
        "a: [1.0, 1e2, 1.50, .5, 1_000, 0b1]|{\"a\":[1,100,1.50,0.5,\"1_000\",\"0b1\"]}",
        "a: 12345678901234567890|{\"a\":12345678901234567890}",
        "a: 2030-01-31|{\"a\":\"2030-01-31\"}",
        "{a: 1, b: [x, y,]}|{\"a\":1,\"b\":[\"x\",\"y\"]}",
        "{\"a\":\t1,\t\"b\":\"\\ud83d\\ude00\"}|{\"a\":1,\"b\":\"😀\"}",
        "{\"a\": 1.0e0}|{\"a\":1}",
        "<<: {a: 1}|{\"<<\":{\"a\":1}}",
      })
  void read_values_areThoseOfTheCoreSchema(String text, String json)
      throws MalformedSourceException {
    assertThat(read(text).tree()).hasToString(json);
  }

  @Test
  void places_ofPointers_areWhereTheNamesAre() throws MalformedSourceException {
    String text =
        """
        # first
        nodes:
          "a/b": {x: 1}
          😀: [10, {y: 2}, 30]
        last: |
          many
          lines
        end: 1
        """;
    assertThat(
            read(text)
                .places(Set.of("#", "#/nodes/a~1b/x", "#/nodes/😀/1/y", "#/end", "#/nodes/c/d")))
        .isEqualTo(
            Map.of(
                "#", new Place(2, 1),
                "#/nodes/a~1b/x", new Place(3, 11),
                "#/nodes/😀/1/y", new Place(4, 12),
                "#/end", new Place(8, 1),
                "#/nodes/c/d", new Place(2, 1)));
  }

  @Test
  void places_inJson_areTheSame() throws MalformedSourceException {
    String text = "{\"a\": [1,\n  {\"b\": 2}],\n\t\"c\": null}";
    assertThat(read(text).places(Set.of("#/a/1/b", "#/a/0", "#/c", "#/c/d")))
        .isEqualTo(
            Map.of(
                "#/a/1/b", new Place(2, 4),
                "#/a/0", new Place(1, 8),
                "#/c", new Place(3, 2),
                "#/c/d", new Place(3, 2)));
  }

  @Test
  void read_noUtf8_isRefused() {
    assertThatThrownBy(() -> SourceText.read(new byte[] {'a', ':', (byte) 0xff}))
        .hasMessage("the document is not in UTF-8");
  }

  private static SourceText read(String text) throws MalformedSourceException {
    return SourceText.read(text.getBytes(UTF_8));
  }
}
