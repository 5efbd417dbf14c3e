package io.millrace.ops.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One batch: writes lines as long as the connection takes them, and counts the answers. */
final class BulkConnection extends ChannelInboundHandlerAdapter {
  private static final int LINES_A_CHUNK = 128;
  private static final long ASK_AGAIN_MILLIS = 2;
  private static final int OK = 200;

  private final BulkRun run;
  private final BulkPlan plan;
  private final LineCounter answers = new LineCounter();
  private @Nullable Channel channel;
  private boolean begun;
  private boolean allSent;
  private boolean waits;
  private @Nullable String fault;
  private boolean answered;

  BulkConnection(BulkRun run, BulkPlan plan) {
    this.run = run;
    this.plan = plan;
  }

  LineCounter answers() {
    return answers;
  }

  /** What went wrong with the batch as a whole; null when nothing did. */
  @Nullable String fault() {
    return fault;
  }

  boolean isAnswered() {
    return answered;
  }

  /** Sends the head, and lines from now on. */
  void begin() {
    begun = true;
    Channel open = channel;
    if (open != null) {
      String head =
          """
          POST /v1/jobs/batch HTTP/1.1\r
          Host: bench\r
          Content-Type: application/x-ndjson\r
          Transfer-Encoding: chunked\r
          \r
          """;
      open.write(text(open, head), open.voidPromise());
      pump(open);
    }
  }

  void close() {
    if (channel != null) {
      channel.close();
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    channel = context.channel();
    run.opened();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (begun) {
      pump(context.channel());
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      if (message instanceof HttpResponse response && response.status().code() != OK) {
        fault = "a batch was answered with HTTP status " + response.status().code();
      }
      if (message instanceof HttpContent content && fault == null) {
        answers.read(content.content());
      }
      if (message instanceof LastHttpContent) {
        end(context);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (!answered) {
      fault = fault == null ? "the server closed the connection in the middle of a batch" : fault;
      end(context);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    fault = "the connection of a batch broke: " + cause.getMessage();
    context.close();
  }

  private void end(ChannelHandlerContext context) {
    if (!answered) {
      answered = true;
      allSent = true;
      context.close();
      run.answered();
    }
  }

  private void pump(Channel open) {
    while (!allSent && !waits && open.isWritable()) {
      int lines = plan.allowance().take(LINES_A_CHUNK);
      if (lines == Allowance.NO_MORE) {
        allSent = true;
        open.write(text(open, "0\r\n\r\n"), open.voidPromise());
      } else if (lines == 0) {
        waits = true;
        open.eventLoop().schedule(() -> askAgain(open), ASK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
      } else {
        open.write(chunk(open, lines), open.voidPromise());
      }
    }
    open.flush();
  }

  private void askAgain(Channel open) {
    waits = false;
    pump(open);
  }

  private ByteBuf chunk(Channel open, int lines) {
    int length = lines * plan.line().length;
    ByteBuf chunk = open.alloc().buffer(length + 16);
    ByteBufUtil.writeAscii(chunk, Integer.toHexString(length) + "\r\n");
    for (int i = 0; i < lines; i++) {
      chunk.writeBytes(plan.line());
    }
    ByteBufUtil.writeAscii(chunk, "\r\n");
    return chunk;
  }

  private static ByteBuf text(Channel open, String text) {
    return open.alloc().buffer().writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }
}
