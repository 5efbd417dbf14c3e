package io.millrace.workers.handlers.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.model.ErrorKind;
import io.millrace.workers.handler.JobFailedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {
  @ParameterizedTest
  @CsvSource({
    "https://example.org, https://example.org, /",
    "HTTPS://EXAMPLE.Org./A?b=%20#c, https://example.org, /A?b=%20",
    "https://example.org:443/, https://example.org, /",
    "http://example.org:8080?q, http://example.org:8080, /?q",
    "https://xn--mnchen-3ya.de/x, https://xn--mnchen-3ya.de, /x",
    "http://127.0.0.1:9000/x, http://127.0.0.1:9000, /x",
    "http://[::1]:9000/x, http://[0:0:0:0:0:0:0:1]:9000, /x",
    "http://[::ffff:127.0.0.1]/x, http://127.0.0.1, /x",
    "https://example.org//evil.org/x, https://example.org, //evil.org/x",
    "https://example.org/@evil.org, https://example.org, /@evil.org"
  })
  void parse_sound_isNormal(String url, String origin, String pathAndQuery) throws Exception {
    Target target = Target.parse(url);

    assertThat(target.origin()).isEqualTo(origin);
    assertThat(target.pathAndQuery()).isEqualTo(pathAndQuery);
    assertThat(target.uri().getRawAuthority()).isEqualTo(origin.substring(origin.indexOf('/') + 2));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // Other spellings of 127.0.0.1 and 169.254.169.254 that C libraries take.
        "http://2130706433/",
        "http://0x7f000001/",
        "http://017700000001/",
        "http://0x7f.0.0.1/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://127.0.1/",
        "http://127.000.000.001/",
        "http://127.0.0.01/",
        "http://2852039166/",
        "http://0xa9fea9fe/",
        "http://0251.0376.0251.0376/",
        "http://169.254.169.254.1/",
        "http://256.0.0.1/",
        "http://１２７.0.0.1/",
        "http://①②⑦.0.0.1/",
        // Two readings of one authority.
        "http://allowed.example.org@evil.example.com/",
        "http://user:secret@example.org/",
        "http://@example.org/",
        "http://example.org:80@evil.example.com/",
        "http://example.org\\@evil.example.com/",
        "http://example.org%2f@evil.example.com/",
        "http://example.org%00.evil.example.com/",
        "http://example.org#@evil.example.com\\",
        "http://exa mple.org/",
        "http://example.org:80:443/",
        "http://example.org:0/",
        "http://example.org:65536/",
        "http://example.org:-1/",
        "http://example.org../",
        "http://.example.org/",
        "http://-example.org/",
        "http://münchen.de/",
        "http://exаmple.org/",
        "http://[::1%25eth0]/",
        "http://[fe80::1%eth0]/",
        "http://[127.0.0.1]/",
        "http://[example.org]/",
        "http://::1/",
        "http:///path",
        "http://",
        "//example.org/",
        "example.org",
        "",
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://example.org/",
        "jar:http://example.org!/",
        "http:example.org",
        "https://example.org/\r\nHost: evil",
        "https://example.org/\u0000"
      })
  void parse_odd_isRefused(String url) {
    JobFailedException refusal =
        catchThrowableOfType(JobFailedException.class, () -> Target.parse(url));

    assertThat(refusal).as(url).isNotNull();
    assertThat(refusal.kind()).isEqualTo(ErrorKind.BAD_PAYLOAD);
    assertThat(refusal.retryable()).isFalse();
    assertThat(refusal.getMessage()).startsWith("url ").doesNotContain("evil", "secret");
  }

  @Test
  void parse_tooLong_isRefused() {
    String url = "https://example.org/" + "a".repeat(2_029);

    assertThat(catchThrowableOfType(JobFailedException.class, () -> Target.parse(url)))
        .hasMessage("url must be 1 to 2048 characters");
  }
}
