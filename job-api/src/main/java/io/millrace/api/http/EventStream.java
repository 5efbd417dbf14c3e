package io.millrace.api.http;

import io.millrace.api.watch.WatchLoop;
import io.millrace.api.watch.Watcher;
import io.millrace.model.JobEvent;
import io.millrace.runtime.Time;
import io.millrace.store.EventStore.Head;
import io.millrace.store.EventStore.Page;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One open stream of the events of a job or a run. The watch loop hands it events, which it writes
 * as far as the connection takes them and keeps the rest, a page at most; the server calls when
 * there is room again. So it has no thread. A reader that takes nothing for 30 s is cut off; it
 * comes back with the number it has.
 */
final class EventStream implements Watcher, WriteListener, AsyncListener {
  private static final Logger log = LoggerFactory.getLogger(EventStream.class);
  private static final long KEEP_ALIVE_NANOS = Duration.ofSeconds(15).toNanos();
  private static final long PATIENCE_NANOS = Duration.ofSeconds(30).toNanos();

  private final UUID job;
  private final Function<JobEvent, byte[]> words;
  private final WatchLoop loop;
  private final StreamCounts counts;
  private final Time time;
  private final ServletOutputStream out;
  private final Deque<byte[]> unsent = new ArrayDeque<>();
  private @Nullable AsyncContext context;
  private volatile int position;
  private boolean open;
  private boolean flushed = true;
  private boolean ending;
  private boolean done;
  private long wroteAt;

  EventStream(
      UUID job,
      int position,
      Function<JobEvent, byte[]> words,
      WatchLoop loop,
      StreamCounts counts,
      Time time,
      ServletOutputStream out) {
    this.job = job;
    this.words = words;
    this.position = position;
    this.loop = loop;
    this.counts = counts;
    this.time = time;
    this.out = out;
    this.wroteAt = time.nanos();
    unsent.add(SseText.HELLO);
  }

  /**
   * Starts a stream as the answer to a request.
   *
   * @param position number of the last event the reader has
   * @param words an event as text
   * @return false when there is no room for it; the response is untouched then
   */
  static boolean start(
      String tenant,
      UUID job,
      int position,
      Function<JobEvent, byte[]> words,
      WatchLoop loop,
      StreamCounts counts,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    EventStream stream =
        new EventStream(
            job, position, words, loop, counts, Time.SYSTEM, response.getOutputStream());
    if (!loop.watch(tenant, job, stream)) {
      return false;
    }
    try {
      response.setContentType("text/event-stream");
      response.setCharacterEncoding("UTF-8");
      response.setHeader("Cache-Control", "no-store");
      // Asks a proxy in between not to gather what is to be passed on at once.
      response.setHeader("X-Accel-Buffering", "no");
      stream.attach(request.startAsync());
      return true;
    } catch (RuntimeException e) {
      stream.leave();
      throw e;
    }
  }

  /** Writing begins when the server calls for the first time. */
  synchronized void attach(AsyncContext started) {
    started.setTimeout(0);
    started.addListener(this);
    context = started;
    counts.opened();
    out.setWriteListener(this);
  }

  @Override
  public int position() {
    return position;
  }

  @Override
  public synchronized boolean isReady() {
    return !done && !ending && unsent.isEmpty();
  }

  @Override
  public synchronized void head(Head head) {
    if (head.isFinal() && position >= head.last()) {
      ending = true;
      write();
    }
  }

  @Override
  public synchronized void page(Page page) {
    int last = page.head().last();
    for (JobEvent event : page.events()) {
      if (event.n() > position) {
        gapBefore(event.n());
        unsent.add(words.apply(event));
        position = event.n();
      }
    }
    if (page.events().isEmpty()) {
      gapBefore(last + 1);
      position = Math.max(position, last);
    }
    ending |= page.head().isFinal() && position >= last;
    write();
  }

  private void gapBefore(int number) {
    if (number > position + 1) {
      unsent.add(SseText.gap(position + 1, number - 1));
    }
  }

  @Override
  public synchronized void pulse() {
    long silent = time.nanos() - wroteAt;
    if (done || silent < KEEP_ALIVE_NANOS) {
      return;
    }
    if (unsent.isEmpty()) {
      unsent.add(SseText.KEEP_ALIVE);
      write();
    } else if (silent > PATIENCE_NANOS) {
      log.info("stream cut off, its reader takes nothing job={} position={}", job, position);
      counts.cutOff();
      finish();
    }
  }

  @Override
  public synchronized void end() {
    ending = true;
    write();
  }

  @Override
  public synchronized void onWritePossible() {
    open = true;
    write();
    if (isReady()) {
      loop.look(job);
    }
  }

  /** Writes what there is as long as the connection takes it; else the server calls again. */
  private void write() {
    try {
      while (open && !done && out.isReady()) {
        byte[] next = unsent.poll();
        if (next != null) {
          out.write(next);
          flushed = false;
          wroteAt = time.nanos();
        } else if (!flushed) {
          flushed = true;
          out.flush();
        } else if (ending) {
          finish();
        } else {
          return;
        }
      }
    } catch (IOException | IllegalStateException e) {
      log.debug("reader of a stream has left job={} error={}", job, e.toString());
      finish();
    }
  }

  private void finish() {
    if (done) {
      return;
    }
    done = true;
    unsent.clear();
    leave();
    if (context != null) {
      try {
        context.complete();
      } catch (IllegalStateException e) {
        log.debug("stream was over already job={}", job);
      }
    }
  }

  private void leave() {
    loop.unwatch(job, this);
  }

  @Override
  public synchronized void onError(Throwable failure) {
    log.debug("reader of a stream has left job={} error={}", job, failure.toString());
    finish();
  }

  @Override
  public void onComplete(AsyncEvent event) {
    close();
  }

  @Override
  public void onTimeout(AsyncEvent event) {
    close();
  }

  @Override
  public void onError(AsyncEvent event) {
    close();
  }

  @Override
  public void onStartAsync(AsyncEvent event) {
    // It is started once.
  }

  /** The server is through with it, for whatever reason; may come twice. */
  private synchronized void close() {
    done = true;
    unsent.clear();
    leave();
    if (context != null) {
      context = null;
      counts.closed();
    }
  }
}
