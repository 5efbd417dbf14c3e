package io.millrace.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.watch.JobLog;
import io.millrace.api.watch.WatchLoop;
import io.millrace.model.JobEvent;
import io.millrace.runtime.Time;
import io.millrace.store.EventStore.Head;
import io.millrace.store.EventStore.Page;
import io.millrace.store.EventStore.Position;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** One stream against a connection that takes or does not take bytes. */
class EventStreamTest {
  private static final UUID JOB = new UUID(1, 1);

  private final Connection connection = new Connection();
  private final StreamCounts counts = new StreamCounts();
  private final WatchLoop loop = new WatchLoop(new NoLog(), 10, Time.SYSTEM);
  private final FakeTime time = new FakeTime();
  private boolean completed;

  @Test
  void page_missingNumbers_becomeOneGapWithTheLastOfThemAsId() {
    EventStream stream = open(2);
    stream.page(page(9, false, 6, 7, 9));
    assertThat(connection.text())
        .contains("id: 5\nevent: gap\ndata: {\"from\":3,\"to\":5}\n\nid: 6\n")
        .contains("id: 8\nevent: gap\ndata: {\"from\":8,\"to\":8}\n\nid: 9\n")
        .endsWith("\n\n");
    assertThat(stream.position()).isEqualTo(9);
  }

  @Test
  void page_withTheTerminalEvent_endsTheStream() {
    EventStream stream = open(0);
    stream.page(page(2, true, 1, 2));
    assertThat(connection.text()).contains("id: 2\n");
    assertThat(completed).isTrue();
    assertThat(stream.isReady()).isFalse();
    assertThat(loop.watching()).isZero();
  }

  @Test
  void page_finalButMoreToCome_staysOpen() {
    EventStream stream = open(0);
    stream.page(page(4, true, 1, 2));
    assertThat(completed).isFalse();
    assertThat(stream.isReady()).isTrue();
  }

  @Test
  void page_eventsItHasAlready_areLeftOut() {
    EventStream stream = open(2);
    stream.page(page(3, false, 1, 2, 3));
    assertThat(connection.text()).doesNotContain("id: 1\n").doesNotContain("id: 2\n");
    assertThat(connection.text()).contains("id: 3\n").doesNotContain("gap");
  }

  @Test
  void write_connectionTakesNothing_keepsOnePageAndIsNotReady() {
    EventStream stream = open(0);
    connection.ready = false;
    stream.page(page(3, false, 1, 2, 3));
    assertThat(connection.text()).doesNotContain("id: 1\n");
    assertThat(stream.isReady()).isFalse();
    connection.ready = true;
    stream.onWritePossible();
    assertThat(connection.text()).contains("id: 1\n").contains("id: 3\n");
    assertThat(stream.isReady()).isTrue();
  }

  @Test
  void pulse_readerTakesNothing_isCutOffAfterThirtySeconds() {
    EventStream stream = open(0);
    connection.ready = false;
    stream.page(page(1, false, 1));
    time.advance(Duration.ofSeconds(29));
    stream.pulse();
    assertThat(completed).isFalse();
    time.advance(Duration.ofSeconds(2));
    stream.pulse();
    assertThat(completed).isTrue();
    assertThat(counts.cutOffs()).isEqualTo(1);
    assertThat(loop.watching()).isZero();
  }

  @Test
  void pulse_quietFor15Seconds_keepsTheConnectionAlive() {
    EventStream stream = open(0);
    time.advance(Duration.ofSeconds(14));
    stream.pulse();
    assertThat(connection.text()).doesNotContain("\n: \n\n");
    time.advance(Duration.ofSeconds(1));
    stream.pulse();
    assertThat(connection.text()).endsWith(": \n\n");
    assertThat(connection.unflushed).isFalse();
  }

  @Test
  void write_readerHasLeft_leavesTheLoopAndDoesNotThrow() {
    EventStream stream = open(0);
    connection.broken = true;
    stream.page(page(1, false, 1));
    assertThat(loop.watching()).isZero();
    assertThat(completed).isTrue();
  }

  @Test
  void close_calledTwiceByTheServer_countsOnce() {
    EventStream stream = open(0);
    assertThat(counts.open()).isEqualTo(1);
    AsyncEvent event = new AsyncEvent(context());
    stream.onError(event);
    stream.onComplete(event);
    assertThat(counts.open()).isZero();
  }

  private EventStream open(int position) {
    EventStream stream =
        new EventStream(JOB, position, SseText::event, loop, counts, time, connection);
    assertThat(loop.watch("t", JOB, stream)).isTrue();
    stream.attach(context());
    stream.onWritePossible();
    assertThat(connection.text()).startsWith("retry: ");
    return stream;
  }

  private AsyncContext context() {
    return (AsyncContext)
        Proxy.newProxyInstance(
            AsyncContext.class.getClassLoader(),
            new Class<?>[] {AsyncContext.class},
            (_, method, _) -> {
              completed |= method.getName().equals("complete");
              return null;
            });
  }

  private static Page page(int last, boolean isFinal, int... numbers) {
    return new Page(
        new Head(JOB, last, isFinal),
        IntStream.of(numbers)
            .mapToObj(
                n -> new JobEvent(JOB, "t", "echo", n, Instant.EPOCH, JobEvent.PROGRESS, 1, null))
            .toList());
  }

  /** A response's body; takes bytes only while ready, as the servlet contract has it. */
  private static final class Connection extends ServletOutputStream {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean ready = true;
    private boolean broken;
    private boolean unflushed;

    String text() {
      return bytes.toString(StandardCharsets.UTF_8);
    }

    @Override
    public boolean isReady() {
      return ready;
    }

    @Override
    public void setWriteListener(WriteListener listener) {
      assertThat(listener).isNotNull();
    }

    @Override
    public void write(int b) throws IOException {
      if (!ready) {
        throw new IllegalStateException("not ready");
      }
      if (broken) {
        throw new IOException("reset by peer");
      }
      unflushed = true;
      bytes.write(b);
    }

    @Override
    public void flush() {
      unflushed = false;
    }
  }

  private static final class NoLog implements JobLog {
    @Override
    public List<Head> heads(List<Position> jobs) {
      return List.of();
    }

    @Override
    public List<Page> pages(List<Position> positions, int limit) {
      return List.of();
    }
  }

  private static final class FakeTime implements Time {
    private long nanos;

    void advance(Duration by) {
      nanos += by.toNanos();
    }

    @Override
    public Instant now() {
      return Instant.EPOCH;
    }

    @Override
    public long nanos() {
      return nanos;
    }
  }
}
