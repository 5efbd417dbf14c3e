package io.millrace.ops.bench.load;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One keep-alive connection: a request at a time, and its answer. */
final class LoadConnection extends ChannelInboundHandlerAdapter {
  private static final int MOST_BODY_BYTES = 4 * 1024 * 1024;

  private final LoadRun run;
  private final boolean keepsBody;
  private @Nullable Channel channel;
  private byte[] body = new byte[1024];
  private int length;
  private int status;
  private boolean busy;
  private long fromNanos;
  private long sentMicros;
  private String reason = "the server closed the connection before its answer was complete";

  LoadConnection(LoadRun run, boolean keepsBody) {
    this.run = run;
    this.keepsBody = keepsBody;
  }

  /** Sends a request whose latency counts from a reading of {@link System#nanoTime()}. */
  void send(byte[] request, long from) {
    Channel open = channel;
    if (open == null) {
      throw new IllegalStateException("not connected");
    }
    busy = true;
    fromNanos = from;
    length = 0;
    if (keepsBody) {
      sentMicros = micros(Instant.now());
    }
    open.writeAndFlush(Unpooled.wrappedBuffer(request), open.voidPromise());
  }

  void notOpened(String why) {
    run.notOpened(why);
  }

  void close() {
    if (channel != null) {
      channel.close();
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    channel = context.channel();
    run.opened(this);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      if (message instanceof HttpResponse response) {
        status = response.status().code();
      }
      if (message instanceof HttpContent content) {
        if (keepsBody) {
          keep(content);
        }
        if (message instanceof LastHttpContent) {
          busy = false;
          run.answered(this, status, System.nanoTime() - fromNanos);
        }
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  /** Tells what was kept of the answer that has just come. */
  void tell(Answers answers) {
    answers.answered(status, sentMicros, body, length);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    run.lost(this, busy ? reason : null);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    reason =
        cause instanceof IOException
            ? "the connection broke: " + cause.getMessage()
            : "an answer could not be read: " + cause;
    context.close();
  }

  private void keep(HttpContent content) {
    int more = content.content().readableBytes();
    if (length + more > MOST_BODY_BYTES) {
      throw new IllegalStateException("its body is larger than " + MOST_BODY_BYTES + " bytes");
    }
    if (length + more > body.length) {
      body = Arrays.copyOf(body, Math.max(2 * body.length, length + more));
    }
    content.content().readBytes(body, length, more);
    length += more;
  }

  private static long micros(Instant at) {
    return at.getEpochSecond() * 1_000_000 + at.getNano() / 1_000;
  }
}
