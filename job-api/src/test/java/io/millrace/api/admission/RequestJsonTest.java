package io.millrace.api.admission;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.model.Limits;
import java.nio.charset.Charset;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class RequestJsonTest {
  private final RequestJson json = new RequestJson();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        " \n{\"a\":[1,2.50,-3e10,true,null,\"é😀\"]}\n",
        "{\"a\":\"\\ud83d\\ude00 \\\\u0000 \\\\ud800 \\n\\\"\"}",
        "{\"\":0}",
        "null",
        "12345678901234567890123456789",
        "1E200",
        "\"x\""
      })
  void read_sound_keepsEverything(String text) throws Exception {
    JsonNode node = json.read(text.getBytes(UTF_8));

    assertThat(json.read(node.toString().getBytes(UTF_8))).isEqualTo(node);
  }

  @Test
  void read_fraction_keepsItsDigits() throws Exception {
    assertThat(json.read("{\"a\":0.10000000000000000000001}".getBytes(UTF_8)))
        .hasToString("{\"a\":0.10000000000000000000001}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\":1,\"a\":2} | the document has the field a twice in one object | 1 | 11",
        "{\"b\":{\"a\":1,\"\\u0061\":2}} | the document has the field a twice in one object | 1 | 21",
        "{\"a\":NaN} | the document has NaN or Infinity, which are no numbers in JSON | 1 | 9",
        "[-Infinity] | the document has NaN or Infinity, which are no numbers in JSON | 1 | 11",
        "{} {} | the document goes on after its end | 1 | 4",
        "{}] | the document is not valid JSON here | 1 | 3",
        "{} x | the document is not valid JSON here | 1 | 4",
        "{\"a\":\"\\ud800\"} | the document has half a surrogate pair in a string, which is no character | 1 | 7",
        "{\"a\":\"\\udc00\\ud800\"} | the document has half a surrogate pair in a string, which is no character | 1 | 7",
        "{\"a\":\"x\\ud800\\ud800\"} | the document has half a surrogate pair in a string, which is no character | 1 | 8",
        "{\"\\uD800x\":1} | the document has half a surrogate pair in a string, which is no character | 1 | 3",
        "{\"a\":\"\\u0000\"} | the document has the character \\u0000 in a string, which cannot be stored | 1 | 7",
        "{\"a\\\\\\u0000\":1} | the document has the character \\u0000 in a string, which cannot be stored | 1 | 6",
        "{\"a\":\"\\u00\"} | the document is not valid JSON here | 1 | 11",
        "{\"a\":1e201} | the document has a number with an exponent beyond 200 | 1 | 6",
        "{\"a\":1e-99999999999} | the document has a number with an exponent beyond 200 | 1 | 6",
        "{\"a\":1e+0000201} | the document has a number with an exponent beyond 200 | 1 | 6",
        "{\"a\":01} | the document is not valid JSON here | 1 | 7",
        "{\"a\":.5} | the document is not valid JSON here | 1 | 6",
        "{\"a\":1.} | the document is not valid JSON here | 1 | 7",
        "{a:1} | the document is not valid JSON here | 1 | 2",
        "{'a':1} | the document is not valid JSON here | 1 | 2",
        "[1,] | the document is not valid JSON here | 1 | 4",
        "[1,,2] | the document is not valid JSON here | 1 | 4",
        "/*x*/{} | the document is not valid JSON here | 1 | 1",
        "{\"a\":\"\\x\"} | the document is not valid JSON here | 1 | 8",
        "{\"a\":tru} | the document is not valid JSON here | 1 | 6",
        "{\"a\":\"x | the document ends too early | 1 | 8",
        "[[1] | the document ends too early | 1 | 5",
        "{\"a\" | the document ends too early | 1 | 5"
      })
  void read_unsound_saysWhatAndWhere(String text, String detail, int line, int column) {
    MalformedJsonException refusal = refusal(text.getBytes(UTF_8));

    assertThat(refusal.detail()).isEqualTo(detail);
    assertThat(refusal.line()).isEqualTo(line);
    assertThat(refusal.column()).isEqualTo(column);
  }

  @Test
  void read_laterLine_isCounted() {
    MalformedJsonException refusal =
        refusal("{\n \"a\": 1,\r\n  \"b\": \"\\u0000\"}".getBytes(UTF_8));

    assertThat(refusal.line()).isEqualTo(3);
    assertThat(refusal.column()).isEqualTo(9);
  }

  static Stream<Arguments> bytes() {
    return Stream.of(
        Arguments.of("".getBytes(UTF_8), "the document is empty"),
        Arguments.of(" \r\n\t".getBytes(UTF_8), "the document is empty"),
        Arguments.of("\uFEFF{}".getBytes(UTF_8), "the document starts with a byte order mark"),
        Arguments.of("{}".getBytes(UTF_16BE), "the document is not valid JSON here"),
        Arguments.of("{}".getBytes(UTF_16LE), "the document is not valid JSON here"),
        Arguments.of("\uFEFF{}".getBytes(UTF_16LE), "the document is not in UTF-8"),
        Arguments.of(
            "{}".getBytes(Charset.forName("UTF-32LE")), "the document is not valid JSON here"),
        // Invalid, overlong, a surrogate in UTF-8 (CESU), above U+10FFFF, cut short.
        Arguments.of(quoted(0xff), "the document is not in UTF-8"),
        Arguments.of(quoted(0xc0, 0x80), "the document is not in UTF-8"),
        Arguments.of(quoted(0xed, 0xa0, 0x80), "the document is not in UTF-8"),
        Arguments.of(quoted(0xf4, 0x90, 0x80, 0x80), "the document is not in UTF-8"),
        Arguments.of(quoted(0xe2, 0x82), "the document is not in UTF-8"),
        Arguments.of(quoted(0x00), "the document is not valid JSON here"),
        Arguments.of(quoted('\n'), "the document is not valid JSON here"),
        Arguments.of(
            "[".repeat(100_000).getBytes(UTF_8), "the document is nested deeper than 50 levels"),
        Arguments.of(
            "{\"a\":".repeat(51).getBytes(UTF_8), "the document is nested deeper than 50 levels"),
        Arguments.of(
            ("[" + "1".repeat(101) + "]").getBytes(UTF_8),
            "the document has a number longer than 100 characters"),
        Arguments.of(
            "1".repeat(10_000_000).getBytes(UTF_8), "the document is longer than 262144 bytes"),
        Arguments.of(
            ("\"" + "x".repeat(Limits.MAX_PAYLOAD_BYTES - 1) + "\"").getBytes(UTF_8),
            "the document is longer than 262144 bytes"),
        Arguments.of(
            ("{\"" + "n".repeat(1_001) + "\":1}").getBytes(UTF_8),
            "the document has a field name longer than 1000 characters"));
  }

  @ParameterizedTest
  @MethodSource("bytes")
  void read_hostileBytes_areRefused(byte[] body, String detail) {
    assertThat(refusal(body).detail()).isEqualTo(detail);
  }

  @Test
  void read_atTheLimits_passes() throws Exception {
    String deep = "[".repeat(Limits.MAX_JSON_DEPTH) + "]".repeat(Limits.MAX_JSON_DEPTH);
    String wide = "\"" + "x".repeat(Limits.MAX_PAYLOAD_BYTES - 2) + "\"";

    assertThat(json.read(deep.getBytes(UTF_8)).isArray()).isTrue();
    assertThat(json.read(wide.getBytes(UTF_8)).stringValue()).hasSize(Limits.MAX_PAYLOAD_BYTES - 2);
    assertThat(json.read("9".repeat(100).getBytes(UTF_8)).doubleValue()).isFinite();
    assertThat(json.read(("9".repeat(96) + "e200").getBytes(UTF_8)).doubleValue()).isFinite();
  }

  @Test
  void read_longDuplicate_isCut() {
    String name = "n".repeat(900);

    assertThat(refusal(("{\"" + name + "\":1,\"" + name + "\":2}").getBytes(UTF_8)).detail())
        .hasSizeLessThan(120)
        .startsWith("the document has the field nnn");
  }

  private MalformedJsonException refusal(byte[] body) {
    var refusal = catchThrowableOfType(MalformedJsonException.class, () -> json.read(body));
    assertThat(refusal).isNotNull();
    assertThat(refusal).hasNoCause();
    assertThat(refusal.detail()).doesNotContainIgnoringCase("jackson", "feature", "token");
    return refusal;
  }

  private static byte[] quoted(int... content) {
    byte[] bytes = new byte[content.length + 2];
    bytes[0] = '"';
    bytes[bytes.length - 1] = '"';
    for (int i = 0; i < content.length; i++) {
      bytes[i + 1] = (byte) content[i];
    }
    return bytes;
  }
}
