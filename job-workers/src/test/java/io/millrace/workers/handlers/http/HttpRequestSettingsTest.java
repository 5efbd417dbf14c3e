package io.millrace.workers.handlers.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpRequestSettingsTest {
  @ParameterizedTest
  @CsvSource({
    "example.org, https://example.org/, true",
    "Example.ORG., https://example.org/, true",
    "example.org, https://EXAMPLE.org./x, true",
    "example.org, http://example.org/, false",
    "example.org, https://example.org:8443/, false",
    "example.org, https://a.example.org/, false",
    "example.org, https://example.org.evil.com/, false",
    "example.org, https://notexample.org/, false",
    "example.org:8443, https://example.org:8443/, true",
    "example.org:8443, https://example.org/, false",
    "http://example.org, http://example.org/, true",
    "http://example.org, https://example.org/, false",
    "https://example.org, https://example.org/, true",
    "*.example.org, https://a.example.org/, true",
    "*.example.org, https://a.b.example.org/, true",
    "*.example.org, https://example.org/, false",
    "*.example.org, https://badexample.org/, false",
    "*.example.org, https://a.example.org:444/, false",
    "http://127.0.0.1:9000, http://127.0.0.1:9000/, true",
    "http://127.0.0.1:9000, http://127.0.0.1:9001/, false",
    "http://127.0.0.1, http://[::ffff:127.0.0.1]/, true",
    "[::1]:9000, https://[0:0::1]:9000/, true",
    "[::1], https://[::2]/, false"
  })
  void permits_entryAndUrl(String entry, String url, boolean permitted) throws Exception {
    assertThat(AllowedHost.parse(entry).permits(Target.parse(url))).isEqualTo(permitted);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*",
        "*.",
        "*.org",
        "*.1.2.3.4",
        "a.*.org",
        "example.org/",
        "example.org/path",
        "ftp://example.org",
        "user@example.org",
        "example.org:0",
        "example.org:99999",
        "example.org:x",
        "::1",
        "127.1",
        "münchen.de",
        "http://"
      })
  void settings_badHost_quotesKeyAndEntry(String entry) {
    assertThatThrownBy(() -> HttpRequestSettings.allowing(List.of(entry)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "millrace.http-request.allowed-hosts has the entry '" + entry + "': ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"10.0.0.0/33", "10.0.0.1/8", "ten/8", "10.0.0.0/", "fd00::/129", "10.0.0.0/-1"})
  void settings_badNetwork_quotesKeyAndEntry(String network) {
    assertThatThrownBy(() -> new HttpRequestSettings(List.of(), List.of(network), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "millrace.http-request.private-networks has the entry '" + network + "': ");
  }

  @Test
  void settings_badConnections_saysRange() {
    assertThatThrownBy(() -> new HttpRequestSettings(List.of(), List.of(), 0))
        .hasMessageStartingWith(
            "millrace.http-request.max-connections is 0; it must be 1 to 10000");
  }

  @Test
  void cidr_edges() {
    CidrBlock block = CidrBlock.parse("172.16.0.0/12");

    assertThat(block.contains(IpLiteral.parse("172.31.255.255").orElseThrow())).isTrue();
    assertThat(block.contains(IpLiteral.parse("172.32.0.0").orElseThrow())).isFalse();
    assertThat(block.contains(IpLiteral.parse("172.15.255.255").orElseThrow())).isFalse();
    assertThat(block.contains(IpLiteral.parse("::1").orElseThrow())).isFalse();
    assertThat(CidrBlock.parse("0.0.0.0/0").contains(IpLiteral.parse("8.8.8.8").orElseThrow()))
        .isTrue();
  }
}
