package io.millrace.ops.bench.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpResponseDecoder;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Opens connections to one server on one event loop; what is written to them is raw bytes. */
final class Wire {
  private static final int CONNECT_MILLIS = 10_000;

  private final EventLoop loop;
  private final InetSocketAddress server;

  Wire(EventLoop loop, InetSocketAddress server) {
    this.loop = loop;
    this.server = server;
  }

  /**
   * Opens a connection.
   *
   * @param handler gets the answers' parts
   * @param failed told a sentence when it cannot be opened
   */
  void open(ChannelInboundHandlerAdapter handler, Consumer<String> failed) {
    new Bootstrap()
        .group(loop)
        .channel(NioSocketChannel.class)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
        .option(ChannelOption.TCP_NODELAY, true)
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                channel
                    .pipeline()
                    .addLast(
                        new HttpResponseDecoder(new HttpDecoderConfig().setValidateHeaders(false)),
                        handler);
              }
            })
        .connect(server)
        .addListener(
            done -> {
              if (!done.isSuccess()) {
                failed.accept(sentence(done.cause()));
              }
            });
  }

  private String sentence(@Nullable Throwable failure) {
    Throwable cause = failure == null || failure.getCause() == null ? failure : failure.getCause();
    String why = cause == null ? "cancelled" : cause.getMessage();
    return "cannot connect to %s:%d: %s".formatted(server.getHostString(), server.getPort(), why);
  }
}
