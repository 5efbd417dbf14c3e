package io.millrace.workers.handlers.http;

import static io.millrace.workers.handlers.http.Requests.failure;
import static io.millrace.workers.handlers.http.Requests.resolvingTo;
import static io.millrace.workers.handlers.http.Requests.run;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.millrace.model.ErrorKind;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS sees the name of the URL, although the connection goes to a checked address. */
class HttpsRequestTest {
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir Path directory;

  @Test
  void run_certificateOfTheName_isAccepted() throws Exception {
    SSLContext tls = selfSigned("api.example.org");
    try (var server = server(tls);
        var handler = handler(server, tls)) {
      var result = run(handler, "{'url':'https://api.example.org:" + server.port() + "/'}");

      assertThat(result.body()).isEqualTo("hello");
    }
  }

  @Test
  void run_certificateOfAnotherName_isRefused() throws Exception {
    SSLContext tls = selfSigned("other.example.org");
    try (var server = server(tls);
        var handler = handler(server, tls)) {
      var failure = failure(handler, "{'url':'https://api.example.org:" + server.port() + "/'}");

      assertThat(failure.kind()).isEqualTo(ErrorKind.DEPENDENCY);
      assertThat(failure.getMessage()).endsWith("TLS was not agreed on");
      assertThat(server.received).isEmpty();
    }
  }

  private static TestServer server(SSLContext tls) throws Exception {
    HttpsServer server = HttpsServer.create(TestServer.loopback(), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    return new TestServer(server, TestServer.with(200, "text/plain", "hello".getBytes(UTF_8)));
  }

  private static HttpRequestHandler handler(TestServer server, SSLContext tls) {
    var settings =
        new HttpRequestSettings(
            List.of("api.example.org:" + server.port()), List.of("127.0.0.0/8"), 4);
    return new HttpRequestHandler(
        settings, resolvingTo("127.0.0.1"), new DefaultClientTlsStrategy(tls));
  }

  /** A context that presents and trusts one self-signed certificate. */
  private SSLContext selfSigned(String name) throws Exception {
    Path file = directory.resolve(name + ".p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "test",
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=dns:" + name,
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD),
                "-keystore",
                file.toString())
            .inheritIO()
            .start();
    assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD);
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }
}
