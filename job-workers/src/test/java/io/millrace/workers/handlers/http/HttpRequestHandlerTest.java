package io.millrace.workers.handlers.http;

import static io.millrace.workers.handlers.http.Requests.failure;
import static io.millrace.workers.handlers.http.Requests.resolvingTo;
import static io.millrace.workers.handlers.http.Requests.run;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.ErrorKind;
import io.millrace.workers.handler.JobFailedException;
import io.millrace.workers.handler.JobStoppedException;
import io.millrace.workers.handlers.RecordedContext;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpRequestHandlerTest {
  private static final byte[] OK = "{\"ok\":true}".getBytes(UTF_8);
  private static final TestServer.Answer JSON_OK = TestServer.with(200, "application/json", OK);

  private static HttpRequestHandler allowing(String... hosts) {
    return new HttpRequestHandler(HttpRequestSettings.allowing(List.of(hosts)));
  }

  @Test
  void run_get_keepsTheAnswer() throws Exception {
    try (var server = new TestServer(JSON_OK);
        var handler = allowing(server.url())) {
      var result = run(handler, "{'url':'" + server.url() + "/a?b=1','headers':{'X-A':'1'}}");

      assertThat(result.status()).isEqualTo(200);
      assertThat(result.body()).isEqualTo("{\"ok\":true}");
      assertThat(result.bodyEncoding()).isEqualTo("text");
      assertThat(result.truncated()).isFalse();
      var received = server.received.getFirst();
      assertThat(received.uri()).isEqualTo("/a?b=1");
      assertThat(received.headers().getFirst("X-A")).isEqualTo("1");
      assertThat(received.headers())
          .doesNotContainKeys("Idempotency-key", "Upgrade", "Accept-encoding", "Cookie");
    }
  }

  @Test
  void run_post_sendsBodyAndIdempotencyKey() throws Exception {
    try (var server = new TestServer(JSON_OK);
        var handler = allowing(server.url())) {
      String start = "{'method':'POST','url':'" + server.url() + "'";

      run(handler, start + ",'body':{'n':1}}");
      run(handler, start + ",'body':'plain é'}");
      run(handler, start + ",'body':[1],'headers':{'content-type':'x/y','idempotency-key':'k'}}");

      var json = server.received.get(0);
      assertThat(json.body()).isEqualTo("{\"n\":1}");
      assertThat(json.headers().getFirst("Content-Type")).startsWith("application/json");
      assertThat(json.headers().getFirst("Idempotency-Key"))
          .isEqualTo("\"" + RecordedContext.JOB_ID + "\"");
      var text = server.received.get(1);
      assertThat(text.body()).isEqualTo("plain é");
      assertThat(text.headers().getFirst("Content-Type")).isEqualTo("text/plain; charset=UTF-8");
      var own = server.received.get(2);
      assertThat(own.headers().get("Content-Type")).containsExactly("x/y");
      assertThat(own.headers().get("Idempotency-Key")).containsExactly("k");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "500, true",
    "503, true",
    "429, true",
    "408, true",
    "400, false",
    "404, false",
    "301, false"
  })
  void run_unexpectedStatus_isHandlerFailure(int status, boolean retryable) {
    try (var server = new TestServer(TestServer.with(status, "text/plain", OK));
        var handler = allowing(server.url())) {
      JobFailedException failure =
          failure(handler, "{'url':'" + server.url() + "/s?token=s3cret'}");

      assertThat(failure.kind()).isEqualTo(ErrorKind.HANDLER);
      assertThat(failure.retryable()).isEqualTo(retryable);
      assertThat(failure).hasMessage(server.url() + " answered " + status + "; expected is 2xx");
      assertThat(server.received).hasSize(1);
    }
  }

  @Test
  void run_expectedStatus_isSuccess() throws Exception {
    try (var server = new TestServer(TestServer.with(404, "text/plain", OK));
        var handler = allowing(server.url())) {
      String start = "{'url':'" + server.url() + "','expectedStatus':";

      assertThat(run(handler, start + "[200,404]}").status()).isEqualTo(404);
      assertThat(run(handler, start + "['4xx']}").status()).isEqualTo(404);
      assertThat(failure(handler, start + "[200,'3xx']}").getMessage())
          .endsWith("answered 404; expected is 200, 3xx");
    }
  }

  @Test
  void run_redirect_isNotFollowed() throws Exception {
    TestServer.Answer redirect =
        exchange -> {
          exchange.getResponseHeaders().set("Location", "http://169.254.169.254/latest/meta-data");
          exchange.sendResponseHeaders(302, -1);
        };
    try (var server = new TestServer(redirect);
        var handler = allowing(server.url())) {
      var result = run(handler, "{'url':'" + server.url() + "','expectedStatus':['3xx']}");

      assertThat(result.status()).isEqualTo(302);
      assertThat(result.headers())
          .containsEntry("location", "http://169.254.169.254/latest/meta-data");
      assertThat(server.received).hasSize(1);
    }
  }

  @Test
  void run_secretHeaders_areNotKept() throws Exception {
    TestServer.Answer answer =
        exchange -> {
          var headers = exchange.getResponseHeaders();
          for (String name :
              List.of("Set-Cookie", "Authorization", "WWW-Authenticate", "X-Internal-Host")) {
            headers.set(name, "s3cret");
          }
          headers.set("ETag", "\"v\u0001" + "x".repeat(2_000));
          exchange.sendResponseHeaders(204, -1);
        };
    try (var server = new TestServer(answer);
        var handler = allowing(server.url())) {
      var result = run(handler, "{'url':'" + server.url() + "'}");

      assertThat(result.headers()).containsOnlyKeys("date", "etag");
      assertThat(result.headers().get("etag")).hasSize(1_024).startsWith("\"vxx");
    }
  }

  @Test
  void run_binaryBody_isBase64() throws Exception {
    byte[] bytes = {0, 1, (byte) 0xff};
    try (var server = new TestServer(TestServer.with(200, "text/plain; charset=utf-8", bytes));
        var handler = allowing(server.url())) {
      var result = run(handler, "{'url':'" + server.url() + "'}");

      assertThat(result.bodyEncoding()).isEqualTo("base64");
      assertThat(Base64.getDecoder().decode(result.body())).isEqualTo(bytes);
    }
  }

  @Test
  void run_twice_usesOneConnection() throws Exception {
    Set<Integer> clientPorts = ConcurrentHashMap.newKeySet();
    TestServer.Answer answer =
        exchange -> {
          clientPorts.add(exchange.getRemoteAddress().getPort());
          JSON_OK.to(exchange);
        };
    try (var server = new TestServer(answer);
        var handler = allowing(server.url())) {
      run(handler, "{'url':'" + server.url() + "'}");
      run(handler, "{'url':'" + server.url() + "'}");

      assertThat(clientPorts).hasSize(1);
    }
  }

  @Test
  void run_nothingAllowed_namesTheKey() {
    try (var handler = new HttpRequestHandler(HttpRequestSettings.NONE)) {
      JobFailedException failure = failure(handler, "{'url':'https://example.org/?secret=1'}");

      assertThat(failure.kind()).isEqualTo(ErrorKind.BAD_PAYLOAD);
      assertThat(failure.retryable()).isFalse();
      assertThat(failure)
          .hasMessage(
              "https://example.org is not an allowed host; an operator who wants it adds it to"
                  + " millrace.http-request.allowed-hosts, which is empty");
    }
  }

  @Test
  void run_nameWithPrivateAddress_connectsNowhere() {
    try (var server = new TestServer(JSON_OK)) {
      String host = "http://api.example.org:" + server.port();
      for (NameLookup lookup :
          List.of(resolvingTo("127.0.0.1"), resolvingTo("8.8.8.8", "127.0.0.1"))) {
        try (var handler =
            new HttpRequestHandler(HttpRequestSettings.allowing(List.of(host)), lookup, null)) {
          JobFailedException failure = failure(handler, "{'url':'" + host + "'}");

          assertThat(failure.kind()).isEqualTo(ErrorKind.BAD_PAYLOAD);
          assertThat(failure.getMessage())
              .contains("not public", "millrace.http-request.private-networks");
        }
      }
      assertThat(server.received).isEmpty();
    }
  }

  @Test
  void run_allowedMetadataAddress_isRefusedStill() {
    for (String url :
        List.of("http://169.254.169.254", "http://[fd00:ec2::254]", "http://0.0.0.0")) {
      try (var handler = allowing(url)) {
        JobFailedException failure = failure(handler, "{'url':'" + url + "/latest'}");

        assertThat(failure.kind()).as(url).isEqualTo(ErrorKind.BAD_PAYLOAD);
        assertThat(failure.getMessage()).contains("jobs may never reach");
      }
    }
  }

  @Test
  void run_privateNetworkAllowed_keepsTheNameInHostHeader() throws Exception {
    try (var server = new TestServer(JSON_OK)) {
      var settings =
          new HttpRequestSettings(
              List.of("http://api.example.org:" + server.port()), List.of("127.0.0.0/8"), 4);
      try (var handler = new HttpRequestHandler(settings, resolvingTo("127.0.0.1"), null)) {
        run(handler, "{'url':'http://API.Example.ORG.:" + server.port() + "/'}");

        assertThat(server.received.getFirst().headers().getFirst("Host"))
            .isEqualTo("api.example.org:" + server.port());
      }
    }
  }

  @Test
  void run_proxyProperties_areIgnored() throws Exception {
    System.setProperty("http.proxyHost", "127.0.0.1");
    System.setProperty("http.proxyPort", "1");
    System.setProperty("http.nonProxyHosts", "");
    try (var server = new TestServer(JSON_OK);
        var handler = allowing(server.url())) {
      assertThat(run(handler, "{'url':'" + server.url() + "'}").status()).isEqualTo(200);
    } finally {
      System.clearProperty("http.proxyHost");
      System.clearProperty("http.proxyPort");
      System.clearProperty("http.nonProxyHosts");
    }
  }

  @Test
  void run_cancelled_sendsNothing() {
    var context = new RecordedContext();
    context.cancel();
    try (var server = new TestServer(JSON_OK);
        var handler = allowing(server.url())) {
      var payload = Requests.payload("{'url':'" + server.url() + "'}");

      assertThatThrownBy(() -> handler.run(payload, context))
          .isInstanceOf(JobStoppedException.class);
      assertThat(server.received).isEmpty();
    }
  }
}
