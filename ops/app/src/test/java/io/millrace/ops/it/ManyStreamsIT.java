package io.millrace.ops.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.ops.up.Millrace;
import io.millrace.store.Database;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thousand open streams on one API process: no thread and no connection for each. */
class ManyStreamsIT {
  private static final Logger log = LoggerFactory.getLogger(ManyStreamsIT.class);
  private static final int STREAMS = 1_000;
  private static final int JOBS = 50;

  private final Installation installation = Installation.create();

  @AfterEach
  void stop() throws Exception {
    installation.close();
  }

  @Test
  void thousandStreams_costFewThreadsAndConnections_andAllGetTheEnd() throws Exception {
    Millrace worker = installation.startWorker();
    Millrace api = installation.startApi();
    Jobs jobs = Installation.jobs(api);
    jobs.succeeded(jobs.submit("echo", "{}"));
    worker.close();
    List<String> ids = jobs.submitMany(JOBS, "echo", "{}");
    int threads = ManagementFactory.getThreadMXBean().getThreadCount();
    long memory = used();
    try (Readers readers = new Readers(jobs.url().getPort(), ids)) {
      await().atMost(Duration.ofSeconds(60)).until(() -> readers.allHave("event: READY"));
      int moreThreads = ManagementFactory.getThreadMXBean().getThreadCount() - threads;
      long perStream = (used() - memory) / STREAMS;
      log.info("open streams={} threads={} bytesEach={}", STREAMS, moreThreads, perStream);
      assertThat(moreThreads).isLessThan(50);
      // Both ends of each are in this JVM.
      assertThat(perStream).isLessThan(200_000);
      assertThat(api.part(Database.class).connectionsInUse()).isLessThan(10);
      installation.startWorker();
      await().atMost(Duration.ofSeconds(60)).until(() -> readers.allHave("event: SUCCEEDED"));
      await().atMost(Duration.ofSeconds(60)).until(readers::allEnded);
      for (String text : readers.texts()) {
        assertThat(text.indexOf("id: 1\n")).isPositive().isLessThan(text.indexOf("id: 2\n"));
        assertThat(text.indexOf("id: 2\n")).isLessThan(text.indexOf("id: 3\n"));
      }
    }
  }

  private static long used() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** Plain sockets read by one thread, so that what is counted is the server's. */
  private static final class Readers implements AutoCloseable {
    private final Selector selector = Selector.open();
    private final List<Reader> readers = new ArrayList<>();
    private final Thread thread;

    Readers(int port, List<String> ids) throws IOException {
      for (int i = 0; i < STREAMS; i++) {
        Reader reader = new Reader(port, ids.get(i % ids.size()));
        reader.channel.register(selector, SelectionKey.OP_READ, reader);
        readers.add(reader);
      }
      thread = Thread.ofPlatform().daemon().start(this::read);
    }

    boolean allHave(String text) {
      return readers.stream().allMatch(reader -> reader.text().contains(text));
    }

    boolean allEnded() {
      return readers.stream().allMatch(reader -> reader.text().endsWith("\r\n0\r\n\r\n"));
    }

    List<String> texts() {
      return readers.stream().map(Reader::text).toList();
    }

    private void read() {
      try {
        while (selector.isOpen()) {
          selector.select(key -> ((Reader) key.attachment()).read(key));
        }
      } catch (IOException | java.nio.channels.ClosedSelectorException e) {
        log.debug("reading ended", e);
      }
    }

    @Override
    public void close() throws Exception {
      selector.close();
      thread.join(Duration.ofSeconds(10));
      for (Reader reader : readers) {
        reader.channel.close();
      }
    }
  }

  private static final class Reader {
    private final SocketChannel channel;
    private final StringBuffer text = new StringBuffer();

    Reader(int port, String job) throws IOException {
      channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
      String request =
          "GET /v1/jobs/%s/events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n"
              .formatted(job);
      channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
      channel.configureBlocking(false);
    }

    String text() {
      return text.toString();
    }

    void read(SelectionKey key) {
      ByteBuffer buffer = ByteBuffer.allocate(4_096);
      try {
        if (channel.read(buffer) < 0) {
          key.cancel();
        }
        text.append(new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8));
      } catch (IOException e) {
        key.cancel();
      }
    }
  }
}
