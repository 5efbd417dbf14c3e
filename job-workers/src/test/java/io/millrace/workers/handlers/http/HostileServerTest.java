package io.millrace.workers.handlers.http;

import static io.millrace.workers.handlers.http.Requests.failure;
import static io.millrace.workers.handlers.http.Requests.run;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.ErrorKind;
import io.millrace.workers.handler.JobFailedException;
import io.millrace.workers.handler.JobStoppedException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Servers that answer too much, too slowly, wrongly or not at all; on bare sockets. */
@Timeout(30)
class HostileServerTest {
  private static final long MUCH = 64L << 20;

  private interface Behaviour {
    void with(Socket socket) throws Exception;
  }

  private ServerSocket server;
  private String url;
  private HttpRequestHandler handler;

  @BeforeEach
  void open() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
    url = "http://127.0.0.1:" + server.getLocalPort();
    handler = new HttpRequestHandler(HttpRequestSettings.allowing(List.of(url)));
  }

  @AfterEach
  void close() throws IOException {
    handler.close();
    server.close();
  }

  /** Accepts one connection, reads the request's head, behaves; completes when it is done. */
  private CompletableFuture<Void> serve(Behaviour behaviour) {
    var done = new CompletableFuture<Void>();
    Thread.ofVirtual()
        .start(
            () -> {
              try (Socket socket = server.accept()) {
                readHead(socket);
                behaviour.with(socket);
                done.complete(null);
              } catch (Exception e) {
                done.completeExceptionally(e);
              }
            });
    return done;
  }

  @Test
  void run_endlessBody_isCutAndHungUpOn() throws Exception {
    var sent = new CompletableFuture<Long>();
    var _ =
        serve(
            socket -> {
              OutputStream out = socket.getOutputStream();
              out.write(head("Content-Type: text/plain\r\nContent-Length: 999999999999\r\n"));
              byte[] block = "x".repeat(64 * 1024).getBytes(US_ASCII);
              long bytes = 0;
              try {
                while (bytes < MUCH) {
                  out.write(block);
                  bytes += block.length;
                }
              } catch (IOException hungUp) {
                // What is wanted.
              }
              sent.complete(bytes);
            });

    var result = run(handler, "{'url':'" + url + "'}");

    assertThat(result.truncated()).isTrue();
    assertThat(result.bodyBytes()).isEqualTo(256 * 1024);
    assertThat(result.body()).hasSize(256 * 1024).startsWith("xxx");
    assertThat(sent.get(10, TimeUnit.SECONDS)).isLessThan(MUCH);
  }

  @Test
  void run_slowDrip_isCutAtTheBudget() {
    var never = new CountDownLatch(1);
    var hungUp =
        serve(
            socket -> {
              socket.getOutputStream().write(head("Content-Length: 100000\r\n"));
              try {
                while (!never.await(20, TimeUnit.MILLISECONDS)) {
                  socket.getOutputStream().write('x');
                }
              } catch (IOException wanted) {
                return;
              }
            });

    JobFailedException failure =
        failure(
            handler, "{'url':'" + url + "','connectTimeoutMillis':100,'readTimeoutMillis':300}");

    assertThat(failure.kind()).isEqualTo(ErrorKind.DEPENDENCY);
    assertThat(failure.retryable()).isTrue();
    assertThat(failure.getMessage()).contains("had not answered in full after 400 ms");
    assertThat(hungUp).succeedsWithin(Duration.ofSeconds(10));
  }

  @Test
  void run_endlessHead_isRefused() {
    var _ =
        serve(
            socket -> {
              OutputStream out = socket.getOutputStream();
              out.write("HTTP/1.1 200 OK\r\nX-Long: ".getBytes(US_ASCII));
              out.write("x".repeat(1 << 20).getBytes(US_ASCII));
            });

    assertThat(failure(handler, "{'url':'" + url + "'}").kind()).isEqualTo(ErrorKind.DEPENDENCY);
  }

  @Test
  void run_noHttp_isDependencyFailure() {
    var _ =
        serve(socket -> socket.getOutputStream().write("220 smtp ready\r\n".getBytes(US_ASCII)));

    assertThat(failure(handler, "{'url':'" + url + "'}").kind()).isEqualTo(ErrorKind.DEPENDENCY);
  }

  @Test
  void run_silence_isReadTimeout() throws Exception {
    var _ = serve(HostileServerTest::awaitHangUp);

    JobFailedException failure = failure(handler, "{'url':'" + url + "','readTimeoutMillis':100}");

    assertThat(failure.kind()).isEqualTo(ErrorKind.DEPENDENCY);
    assertThat(failure).hasMessage(url + " was silent for 100 ms");
  }

  @Test
  void run_nobodyListens_isDependencyFailure() throws Exception {
    server.close();

    JobFailedException failure = failure(handler, "{'url':'" + url + "'}");

    assertThat(failure.kind()).isEqualTo(ErrorKind.DEPENDENCY);
    assertThat(failure.retryable()).isTrue();
    assertThat(failure).hasMessage(url + " refused the connection");
  }

  @Test
  void run_unknownName_isDependencyFailure() {
    NameLookup nobody =
        host -> {
          throw new UnknownHostException(host);
        };
    try (var nameless =
        new HttpRequestHandler(
            HttpRequestSettings.allowing(List.of("gone.example.org")), nobody, null)) {
      JobFailedException failure = failure(nameless, "{'url':'https://gone.example.org/'}");

      assertThat(failure.kind()).isEqualTo(ErrorKind.DEPENDENCY);
      assertThat(failure).hasMessage("https://gone.example.org: the host name is not known");
    }
  }

  @Test
  void run_interrupted_hangsUp() throws Exception {
    var asked = new CountDownLatch(1);
    var hungUp =
        serve(
            socket -> {
              asked.countDown();
              awaitHangUp(socket);
            });
    var thrown = new CompletableFuture<Throwable>();
    Thread job =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    run(handler, "{'url':'" + url + "','readTimeoutMillis':3600000}");
                  } catch (Throwable e) {
                    thrown.complete(e);
                  }
                });
    assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();

    job.interrupt();

    assertThat(thrown.get(5, TimeUnit.SECONDS)).isInstanceOf(JobStoppedException.class);
    assertThat(hungUp).succeedsWithin(Duration.ofSeconds(5));
  }

  private static byte[] head(String headers) {
    return ("HTTP/1.1 200 OK\r\n" + headers + "\r\n").getBytes(US_ASCII);
  }

  private static void readHead(Socket socket) throws IOException {
    int newlines = 0;
    while (newlines < 2) {
      int c = socket.getInputStream().read();
      if (c < 0) {
        return;
      }
      newlines = c == '\n' ? newlines + 1 : c == '\r' ? newlines : 0;
    }
  }

  private static void awaitHangUp(Socket socket) throws IOException {
    try {
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    } catch (java.net.SocketException reset) {
      // Also a way to hang up.
    }
  }
}
