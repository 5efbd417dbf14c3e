package io.millrace.ops.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A bad network between a client and a server on this machine. */
final class TcpProxy implements AutoCloseable {
  private static final int BUFFER = 64 * 1024;

  private final ServerSocket listener;
  private final InetSocketAddress target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicReference<@Nullable String> armed = new AtomicReference<>();
  private final AtomicInteger cuts = new AtomicInteger();
  private volatile long delayMillis;
  private volatile boolean blackHole;
  private volatile long bytesUntilCut = Long.MAX_VALUE;

  private TcpProxy(int port) throws IOException {
    this.listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    this.target = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    Thread.ofVirtual().start(this::accept);
  }

  static TcpProxy to(int port) {
    try {
      return new TcpProxy(port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Every piece waits so long in either direction. */
  void delay(long millis) {
    delayMillis = millis;
  }

  /** What is sent arrives nowhere, and nobody is told. */
  void blackHole(boolean on) {
    blackHole = on;
  }

  /** Cuts the connection after so many more bytes from client to server, of all connections. */
  void cutAfter(long bytes) {
    bytesUntilCut = bytes;
  }

  /**
   * Lets the next request with these characters reach the server, and cuts its connection when the
   * answer comes: what it asked for is done, and the client cannot know.
   */
  void loseTheAnswerTo(String characters) {
    armed.set(characters);
  }

  /** The same for the next request that names an id, in the form PostgreSQL's protocol has it. */
  void loseTheAnswerTo(UUID id) {
    byte[] bytes =
        ByteBuffer.allocate(2 * Long.BYTES)
            .putLong(id.getMostSignificantBits())
            .putLong(id.getLeastSignificantBits())
            .array();
    armed.set(new String(bytes, StandardCharsets.ISO_8859_1));
  }

  /** Connections cut by {@code loseTheAnswerTo} and {@link #cutAfter}. */
  int cuts() {
    return cuts.get();
  }

  /** Cuts all that are open. */
  void cutAll() {
    open.forEach(TcpProxy::close);
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    cutAll();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Socket server = new Socket();
        server.connect(target);
        for (Socket socket : List.of(client, server)) {
          socket.setTcpNoDelay(true);
          open.add(socket);
        }
        AtomicBoolean doomed = new AtomicBoolean();
        Thread.ofVirtual().start(() -> copy(client, server, true, doomed));
        Thread.ofVirtual().start(() -> copy(server, client, false, doomed));
      } catch (IOException e) {
        // The listener was closed, or the server is not there: the client sees a reset.
        continue;
      }
    }
  }

  private void copy(Socket from, Socket to, boolean request, AtomicBoolean doomed) {
    byte[] buffer = new byte[BUFFER];
    try (from;
        to;
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (delayMillis > 0) {
          TimeUnit.MILLISECONDS.sleep(delayMillis);
        }
        if (blackHole) {
          continue;
        }
        if (request && !passRequest(buffer, read, doomed)) {
          return;
        }
        if (!request && doomed.get()) {
          cuts.incrementAndGet();
          return;
        }
        out.write(buffer, 0, read);
        out.flush();
      }
    } catch (IOException | InterruptedException e) {
      // Either end has gone; so does the other.
      close(to);
    } finally {
      open.remove(from);
    }
  }

  private boolean passRequest(byte[] buffer, int read, AtomicBoolean doomed) {
    String wanted = armed.get();
    if (wanted != null
        && new String(buffer, 0, read, StandardCharsets.ISO_8859_1).contains(wanted)
        && armed.compareAndSet(wanted, null)) {
      doomed.set(true);
    }
    if (bytesUntilCut != Long.MAX_VALUE) {
      bytesUntilCut -= read;
      if (bytesUntilCut < 0) {
        bytesUntilCut = Long.MAX_VALUE;
        cuts.incrementAndGet();
        return false;
      }
    }
    return true;
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
