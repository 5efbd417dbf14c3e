package io.millrace.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PreferencesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "wait=10|10",
        "WAIT = 7|7",
        "wait=\"5\"|5",
        "respond-async, wait=20|20",
        "wait=20; foo=bar|20",
        "wait=0|0",
        "wait=3600|60",
        "wait=2, wait=9|2"
      })
  void waitSeconds_asTheRfcWritesIt_isUnderstood(String header, int seconds) {
    assertThat(Preferences.waitSeconds(request(header))).hasValue(seconds);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "wait", "wait=", "wait=-1", "wait=soon", "wait=1.5", "awaiting=5", "wait=\"5"})
  void waitSeconds_thatMakesNoSense_isIgnored(String header) {
    assertThat(Preferences.waitSeconds(request(header))).isEmpty();
  }

  @Test
  void waitSeconds_inASecondHeader_counts() {
    assertThat(Preferences.waitSeconds(request("return=minimal", "wait=3"))).hasValue(3);
  }

  private static HttpServletRequest request(String... prefer) {
    return (HttpServletRequest)
        Proxy.newProxyInstance(
            HttpServletRequest.class.getClassLoader(),
            new Class<?>[] {HttpServletRequest.class},
            (_, method, arguments) ->
                method.getName().equals("getHeaders") && arguments[0].equals("Prefer")
                    ? Collections.enumeration(List.of(prefer))
                    : null);
  }
}
