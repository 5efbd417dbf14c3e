package io.millrace.api.http;

import io.millrace.api.http.Submissions.Taken;
import io.millrace.model.Accepted;
import io.millrace.model.JobState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the answers of a batch in the order of its lines, from a thread of its own. What is in
 * flight is bounded by lines and bytes: {@link #expect} waits for room. When the caller does not
 * take answers any more they are dropped, and the lines already submitted still take their course.
 */
final class BatchWriter implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(BatchWriter.class);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** Most lines between reading and answering: several of the intake's transactions. */
  static final int MAX_LINES = 2_000;

  /** Most bytes of lines between reading and answering. */
  static final int MAX_BYTES = 4 * 1024 * 1024;

  private static final int FLUSH_BYTES = 16 * 1024;

  private record Expected(long line, int bytes, CompletableFuture<Accepted> answer) {}

  private static final Expected END = new Expected(0, 0, new CompletableFuture<>());

  private final BlockingQueue<Expected> expected = new ArrayBlockingQueue<>(MAX_LINES);
  private final Semaphore bytes = new Semaphore(MAX_BYTES);
  private final ByteArrayOutputStream text = new ByteArrayOutputStream(2 * FLUSH_BYTES);
  private final OutputStream out;
  private final Submissions submissions;
  private final String path;
  private final Tally tally = new Tally();
  private volatile @Nullable IOException broken;

  BatchWriter(OutputStream out, Submissions submissions, String path) {
    this.out = out;
    this.submissions = submissions;
    this.path = path;
  }

  /** How the lines answered so far came out; read it when the writer has ended. */
  static final class Tally {
    long stored;
    long repeated;
    long refused;
  }

  /** Waits until so many bytes more may be in flight; at most {@link #MAX_BYTES}. */
  void reserve(int lineBytes) throws InterruptedException {
    bytes.acquire(lineBytes);
  }

  /** Hands over the answer to come of a line whose bytes were reserved. */
  void expect(long line, int lineBytes, CompletableFuture<Accepted> answer)
      throws InterruptedException {
    expected.put(new Expected(line, lineBytes, answer));
  }

  /** Says that no more lines follow. */
  void end() throws InterruptedException {
    expected.put(END);
  }

  /** Whether the caller does not take answers any more. */
  boolean isBroken() {
    return broken != null;
  }

  Tally tally() {
    return tally;
  }

  @Override
  public void run() {
    try {
      for (Expected next = take(); next != END; next = take()) {
        if (!next.answer().isDone()) {
          flush();
        }
        answer(next);
        bytes.release(next.bytes());
        if (text.size() >= FLUSH_BYTES) {
          flush();
        }
      }
      flush();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      broken = new IOException("interrupted", e);
    }
  }

  /** What is written goes out before the wait for more. */
  private Expected take() throws InterruptedException {
    Expected next = expected.poll();
    if (next == null) {
      flush();
      next = expected.take();
    }
    return next;
  }

  private void answer(Expected next) {
    try {
      Taken taken = submissions.taken(next.answer());
      if (taken.repeated()) {
        tally.repeated++;
      } else {
        tally.stored++;
      }
      append(accepted(next.line(), taken));
    } catch (ProblemException e) {
      tally.refused++;
      append(refused(next.line(), e));
    } catch (RuntimeException e) {
      log.error("line of a batch failed line={}", next.line(), e);
      tally.refused++;
      append(refused(next.line(), SubmitProblems.defect()));
    }
  }

  private static String accepted(long line, Taken taken) {
    JobState state = taken.state();
    String replayed = taken.repeated() ? ",\"replayed\":true" : "";
    CacheDocument cache = CacheDocument.of(taken.cache());
    String kept = cache == null ? "" : ",\"cache\":" + JSON.writeValueAsString(cache);
    return "{\"line\":"
        + line
        + ",\"id\":\""
        + taken.id()
        + "\",\"state\":\""
        + state
        + "\""
        + replayed
        + kept
        + "}\n";
  }

  private String refused(long line, ProblemException problem) {
    ObjectNode answer = JSON.createObjectNode().put("line", line);
    ObjectNode error = JSON.valueToTree(Problem.of(problem, path));
    if (problem.retryAfterSeconds() != null) {
      error.put("retryAfterSeconds", problem.retryAfterSeconds());
    }
    answer.set("error", error);
    return answer + "\n";
  }

  private void append(String answer) {
    if (!isBroken()) {
      text.writeBytes(answer.getBytes(StandardCharsets.UTF_8));
    }
  }

  private void flush() {
    if (text.size() == 0 || isBroken()) {
      return;
    }
    try {
      text.writeTo(out);
      out.flush();
      text.reset();
    } catch (IOException e) {
      log.debug("caller of a batch left error={}", e.toString());
      broken = e;
    }
  }
}
