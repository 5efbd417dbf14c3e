package io.millrace.workers.handlers.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.Charset;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResponseBodyTest {
  @ParameterizedTest
  @CsvSource({
    "text/html, é, utf-8, true",
    "text/plain; charset=ISO-8859-1, é, ISO-8859-1, true",
    "text/plain; charset=UTF-16LE, é, UTF-16LE, true",
    "application/json, é, utf-8, true",
    "application/problem+json; charset=utf-8, é, utf-8, true",
    "APPLICATION/JSON, é, utf-8, true",
    "text/plain; charset=nonsense, é, utf-8, true",
    "text/plain; charset=utf-8, é, ISO-8859-1, false",
    "application/octet-stream, e, utf-8, false",
    "image/png, e, utf-8, false",
    "nonsense, e, utf-8, false"
  })
  void text_typeAndBytes_decide(String type, String content, String charset, boolean isText) {
    var body = new ResponseBody(content.getBytes(Charset.forName(charset)), false);

    assertThat(body.text(type, null)).isEqualTo(isText ? Optional.of(content) : Optional.empty());
  }

  @Test
  void text_unknownTypeOrEncoded_isNone() {
    var body = new ResponseBody("x".getBytes(UTF_8), false);

    assertThat(body.text(null, null)).isEmpty();
    assertThat(body.text("text/plain", "gzip")).isEmpty();
    assertThat(body.text("text/plain", "identity")).contains("x");
    assertThat(ResponseBody.EMPTY.text(null, null)).contains("");
  }

  @Test
  void text_nul_isNone() {
    assertThat(new ResponseBody("a\0b".getBytes(UTF_8), false).text("text/plain", null)).isEmpty();
  }

  @Test
  void read_longerThanKept_isCutAtACharacter() throws Exception {
    String content = "x" + "é".repeat(ResponseBody.MAX_BYTES / 2);
    ResponseBody body = ResponseBody.read(new ByteArrayInputStream(content.getBytes(UTF_8)));

    assertThat(body.truncated()).isTrue();
    assertThat(body.size()).isEqualTo(ResponseBody.MAX_BYTES);
    assertThat(body.text("text/plain", null).orElseThrow())
        .isEqualTo("x" + "é".repeat(ResponseBody.MAX_BYTES / 2 - 1));
  }

  @Test
  void read_exactlyWhatIsKept_isWhole() throws Exception {
    byte[] content = new byte[ResponseBody.MAX_BYTES];

    assertThat(ResponseBody.read(new ByteArrayInputStream(content)).truncated()).isFalse();
  }
}
