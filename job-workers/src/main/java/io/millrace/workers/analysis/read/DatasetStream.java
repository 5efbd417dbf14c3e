package io.millrace.workers.analysis.read;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A dataset's bytes, decompressed and as UTF-8. Offsets count these bytes. In a plain UTF-8 file
 * they are the file's own, so opening at one is a seek; otherwise what lies before is read again
 * and thrown away, which costs decompression or decoding but no parsing.
 */
public final class DatasetStream implements Closeable {
  private static final int BUFFER_BYTES = 64 * 1024;

  private final FileChannel channel;
  private final InputStream in;
  private final DatasetFile file;

  private DatasetStream(DatasetFile file, FileChannel channel, Charset charset, long offset)
      throws IOException {
    this.file = file;
    this.channel = channel;
    boolean utf8 = isUtf8(charset);
    if (!file.gzip() && utf8) {
      channel.position(offset);
      this.in = new ChannelStream(channel);
      return;
    }
    InputStream bytes = new BufferedInputStream(new ChannelStream(channel), BUFFER_BYTES);
    InputStream plain = file.gzip() ? new GZIPInputStream(bytes, BUFFER_BYTES) : bytes;
    this.in = utf8 ? plain : new Utf8Stream(plain, charset);
    this.in.skipNBytes(offset);
  }

  /**
   * Opens a dataset.
   *
   * @param offset how many bytes of the decoded stream to leave out
   * @throws UnreadableDatasetException when it ends before the offset or is not what it claims
   */
  public static DatasetStream open(DatasetFile file, Charset charset, long offset)
      throws IOException {
    FileChannel channel =
        FileChannel.open(file.path(), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    try {
      return new DatasetStream(file, channel, charset, offset);
    } catch (IOException e) {
      channel.close();
      throw explained(e);
    }
  }

  /** Whether bytes of this charset are taken as they are. */
  static boolean isUtf8(Charset charset) {
    return charset.equals(StandardCharsets.UTF_8) || charset.equals(StandardCharsets.US_ASCII);
  }

  /**
   * Reads until the range is full or the dataset ends.
   *
   * @return how many bytes were read, less than asked for only at the end
   */
  int fill(byte[] buffer, int from, int length) throws IOException {
    try {
      return in.readNBytes(buffer, from, length);
    } catch (IOException e) {
      throw explained(e);
    }
  }

  /** The share of the file read so far, by its bytes on disk. */
  double fraction() throws IOException {
    return Math.min(1.0, (double) channel.position() / file.bytes());
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** Tells a broken file, which stays broken, from a broken disk, which may recover. */
  private static IOException explained(IOException e) {
    return switch (e) {
      case EOFException _ -> new UnreadableDatasetException("the dataset ends too early: cut off?");
      case ZipException _ ->
          new UnreadableDatasetException("the dataset is not valid gzip: " + e.getMessage());
      case CharacterCodingException _ ->
          new UnreadableDatasetException("the dataset holds bytes its encoding does not know");
      default -> e;
    };
  }

  /** Reads a channel where it stands. */
  private static final class ChannelStream extends InputStream {
    private final FileChannel channel;

    ChannelStream(FileChannel channel) {
      this.channel = channel;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int from, int length) throws IOException {
      return channel.read(ByteBuffer.wrap(buffer, from, length));
    }
  }
}
