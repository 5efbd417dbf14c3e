package io.millrace.ops.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.util.Locale;

/** Requests no decent client would send, byte by byte over a socket. */
final class RawHttp {
  private static final int PATIENCE_MILLIS = 15_000;
  private static final String HEAD_END = "\r\n\r\n";

  private RawHttp() {}

  /** An answer; the body as it came, still in chunks if it came in chunks. */
  record Answer(int status, String head, String body) {
    String header(String name) {
      return head.lines()
          .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
          .findFirst()
          .map(line -> line.substring(name.length() + 1).strip())
          .orElse("");
    }
  }

  /**
   * Sends a request line and headers as given and then the body, and reads until the server closes.
   *
   * @param head without the empty line at its end; {@code Host} and {@code Connection: close} are
   *     added
   */
  static Answer send(URI server, String head, byte[] body) {
    try (Socket socket = new Socket(server.getHost(), server.getPort())) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      write(socket.getOutputStream(), head, body);
      return parse(read(socket.getInputStream()));
    } catch (IOException e) {
      throw new UncheckedIOException(head, e);
    }
  }

  /** Sends the start of a request and hangs up. */
  static void sendAndLeave(URI server, String head, byte[] body) {
    try (Socket socket = new Socket(server.getHost(), server.getPort())) {
      write(socket.getOutputStream(), head, body);
    } catch (IOException e) {
      throw new UncheckedIOException(head, e);
    }
  }

  /** One body in chunks of the given size, as {@code Transfer-Encoding: chunked} wants them. */
  static byte[] chunked(byte[] body, int chunk) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int at = 0; at < body.length; at += chunk) {
      int length = Math.min(chunk, body.length - at);
      out.writeBytes((Integer.toHexString(length) + "\r\n").getBytes(ISO_8859_1));
      out.write(body, at, length);
      out.writeBytes("\r\n".getBytes(ISO_8859_1));
    }
    out.writeBytes("0\r\n\r\n".getBytes(ISO_8859_1));
    return out.toByteArray();
  }

  private static void write(OutputStream out, String head, byte[] body) throws IOException {
    String all = head + "\r\nHost: localhost\r\nConnection: close" + HEAD_END;
    out.write(all.getBytes(ISO_8859_1));
    out.write(body);
    out.flush();
  }

  /** Until the answer is whole: the server may keep waiting for a body that never comes. */
  private static String read(InputStream in) throws IOException {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    byte[] buffer = new byte[8_192];
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      answer.write(buffer, 0, read);
      String text = answer.toString(UTF_8);
      if (text.endsWith("\r\n0" + HEAD_END)) {
        return text;
      }
    }
    return answer.toString(UTF_8);
  }

  private static Answer parse(String text) throws IOException {
    int end = text.indexOf(HEAD_END);
    if (end < 0) {
      throw new IOException("no answer: \"" + text + "\"");
    }
    String head = text.substring(0, end);
    return new Answer(
        Integer.parseInt(head.substring(9, 12)), head, text.substring(end + HEAD_END.length()));
  }
}
