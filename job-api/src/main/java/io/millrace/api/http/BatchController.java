package io.millrace.api.http;

import io.millrace.api.http.LineReader.Line;
import io.millrace.api.http.Submissions.Submitter;
import io.millrace.model.Limits;
import io.millrace.runtime.Time;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Submitting many jobs in one request: a line of JSON each, answered by a line each, while the
 * request is still being read. The request's thread reads, one more writes.
 */
@RestController
final class BatchController {
  static final String PATH = "/v1/jobs/batch";
  static final String NDJSON = "application/x-ndjson";

  /** Most batches at once; each may hold {@link BatchWriter#MAX_BYTES} in flight. */
  static final int MAX_BATCHES = 32;

  private static final Logger log = LoggerFactory.getLogger(BatchController.class);

  private final Submissions submissions;
  private final Semaphore room = new Semaphore(MAX_BATCHES);

  BatchController(Submissions submissions) {
    this.submissions = submissions;
  }

  @PostMapping(PATH)
  void submit(HttpServletRequest request, HttpServletResponse response, Caller caller)
      throws IOException, InterruptedException {
    if (!Bodies.isOf(request.getContentType(), NDJSON)) {
      throw SubmitProblems.notNdjson(request.getContentType());
    }
    @Nullable String key = Headers.idempotencyKey(request);
    if (!room.tryAcquire()) {
      throw SubmitProblems.tooManyBatches(MAX_BATCHES);
    }
    try {
      Submitter submitter = new Submitter(caller.tenant(), TraceContext.of(request));
      response.setContentType(NDJSON);
      response.setCharacterEncoding(StandardCharsets.UTF_8);
      Headers.lifetime(key, response);
      stream(request, response, new BatchLines(submissions, submitter, key, Time.SYSTEM));
    } finally {
      room.release();
    }
  }

  private void stream(HttpServletRequest request, HttpServletResponse response, BatchLines lines)
      throws IOException, InterruptedException {
    LineReader in = new LineReader(request.getInputStream(), Limits.MAX_PAYLOAD_BYTES);
    BatchWriter writer = new BatchWriter(response.getOutputStream(), submissions, PATH);
    Thread thread = Thread.ofVirtual().name("batch-writer").start(writer);
    try {
      for (Line line = in.next(); line != null && !writer.isBroken(); line = in.next()) {
        writer.reserve(line.text().length);
        writer.expect(line.number(), line.text().length, lines.submit(line));
      }
    } finally {
      // Also when the caller is gone: what was read is stored, and nobody waits for it for ever.
      writer.end();
      thread.join();
      BatchWriter.Tally tally = writer.tally();
      log.info(
          "batch ended stored={} repeated={} refused={} callerLeft={}",
          tally.stored,
          tally.repeated,
          tally.refused,
          writer.isBroken());
    }
  }
}
