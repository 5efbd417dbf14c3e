package io.millrace.api.http;

import io.millrace.model.JobEvent;
import io.millrace.wire.EventMessage;
import java.nio.charset.StandardCharsets;

/** The words of an event stream (WHATWG HTML, "Server-sent events"). */
final class SseText {
  /** Sent at once, so that the caller sees the stream open; reconnect after 1 s. */
  static final byte[] HELLO = bytes("retry: 1000\n: open\n\n");

  static final byte[] KEEP_ALIVE = bytes(": \n\n");

  private SseText() {}

  static byte[] event(JobEvent event) {
    return bytes(
        "id: %d\nevent: %s\ndata: %s\n\n"
            .formatted(event.n(), event.kind(), EventMessage.json(event)));
  }

  /** An event of a run. */
  static byte[] ofRun(JobEvent event) {
    String detail = event.detail();
    return bytes(
        "id: %d\nevent: %s\ndata: {\"runId\":\"%s\",\"workflow\":\"%s\",\"n\":%d,\"at\":\"%s\",\"kind\":\"%s\"%s}\n\n"
            .formatted(
                event.n(),
                event.kind(),
                event.jobId(),
                event.type(),
                event.n(),
                event.at(),
                event.kind(),
                // It is JSON already; line breaks can only stand between its tokens.
                detail == null
                    ? ""
                    : ",\"detail\":" + detail.replace('\n', ' ').replace('\r', ' ')));
  }

  /** Numbers that are not there any more; a reader that resumes goes on behind them. */
  static byte[] gap(int from, int to) {
    return bytes("id: %d\nevent: gap\ndata: {\"from\":%d,\"to\":%d}\n\n".formatted(to, from, to));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
