package io.millrace.api.dataset;

import io.millrace.dataset.DatasetRefusedException;
import io.millrace.dataset.DatasetRoot;
import io.millrace.dataset.TenantDatasets;
import io.millrace.runtime.Ids;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * Takes a tenant's datasets in and lists them. An upload goes to a hidden file beside the others,
 * is flushed to disk and then moved into place in one step: readers see the old file or the new
 * one, whole.
 */
public final class DatasetUploads {
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final String PARTIAL = ".upload-";

  private final TenantDatasets roots;
  private final long maxBytes;
  private final Ids ids;

  /**
   * Makes uploads.
   *
   * @param maxBytes largest dataset, in bytes
   */
  public DatasetUploads(TenantDatasets roots, long maxBytes, Ids ids) {
    this.roots = roots;
    this.maxBytes = maxBytes;
    this.ids = ids;
  }

  /**
   * A dataset that is stored.
   *
   * @param sha256 of its bytes, in lower-case hex
   * @param replaced whether there was one of this name before
   */
  public record Uploaded(String name, long bytes, String sha256, boolean replaced) {}

  /** A dataset as listed. */
  public record Listed(String name, long bytes, Instant modifiedAt) {}

  /** The body is longer than the limit; nothing is kept of it. */
  public static final class TooLargeException extends IOException {
    TooLargeException(long maxBytes) {
      super("longer than " + maxBytes + " bytes");
    }
  }

  /** The body has no bytes; nothing is kept. */
  public static final class EmptyException extends IOException {
    EmptyException() {
      super("no bytes");
    }
  }

  /** The disk did not take the body; nothing is kept of it. */
  public static final class NotWrittenException extends IOException {
    NotWrittenException(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }

  /** Largest dataset, in bytes. */
  public long maxBytes() {
    return maxBytes;
  }

  /**
   * Streams a dataset to disk.
   *
   * @throws DatasetRefusedException when the name breaks the rule or leads out of the root
   * @throws TooLargeException when the body is longer than the limit
   * @throws EmptyException when the body has no bytes
   */
  public Uploaded store(String tenant, String name, InputStream body)
      throws IOException, DatasetRefusedException {
    DatasetRoot root = roots.of(tenant);
    Path place = root.place(name);
    Path folder = place.getParent();
    if (folder == null) {
      throw new IOException("a dataset needs a folder");
    }
    if (Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
      throw new DatasetRefusedException(
          DatasetRefusedException.Reason.NOT_A_FILE, "\"" + name + "\" is a folder of datasets");
    }
    createFolders(root.folder(), name, folder);
    Path partial = Files.createFile(folder.resolve(PARTIAL + ids.next()));
    try {
      MessageDigest digest = sha256();
      long bytes = copy(body, partial, digest);
      boolean replaced = Files.exists(place, LinkOption.NOFOLLOW_LINKS);
      Files.move(partial, place, StandardCopyOption.ATOMIC_MOVE);
      flushFolder(folder);
      return new Uploaded(name, bytes, HexFormat.of().formatHex(digest.digest()), replaced);
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  /** All of a tenant's datasets in order of name; at most {@code limit}. */
  public List<Listed> list(String tenant, int limit) throws IOException {
    Path root = roots.of(tenant).folder();
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(root, DatasetRoot.MAX_SEGMENTS)) {
      List<Path> found =
          files
              .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
              .filter(file -> DatasetRoot.isValidName(nameOf(root, file)))
              .sorted()
              .limit(limit)
              .toList();
      return found.stream().map(file -> listed(root, file)).toList();
    }
  }

  private static void createFolders(Path root, String name, Path folder)
      throws IOException, DatasetRefusedException {
    for (Path at = folder; at != null && at.startsWith(root); at = at.getParent()) {
      if (Files.isRegularFile(at, LinkOption.NOFOLLOW_LINKS)) {
        throw new DatasetRefusedException(
            DatasetRefusedException.Reason.NOT_A_FILE,
            "a part of \"" + name + "\" before a / is a dataset itself");
      }
    }
    Files.createDirectories(folder);
  }

  private static Listed listed(Path root, Path file) {
    return new Listed(
        nameOf(root, file),
        file.toFile().length(),
        Instant.ofEpochMilli(file.toFile().lastModified()));
  }

  private static String nameOf(Path root, Path file) {
    return root.relativize(file).toString().replace('\\', '/');
  }

  private long copy(InputStream body, Path target, MessageDigest digest) throws IOException {
    long bytes = 0;
    byte[] buffer = new byte[BUFFER_BYTES];
    try (FileChannel out = FileChannel.open(target, StandardOpenOption.WRITE)) {
      for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
        bytes += read;
        if (bytes > maxBytes) {
          throw new TooLargeException(maxBytes);
        }
        digest.update(buffer, 0, read);
        write(out, ByteBuffer.wrap(buffer, 0, read));
      }
      if (bytes == 0) {
        throw new EmptyException();
      }
      out.force(true);
    }
    return bytes;
  }

  private static void write(FileChannel out, ByteBuffer chunk) throws NotWrittenException {
    try {
      while (chunk.hasRemaining()) {
        out.write(chunk);
      }
    } catch (IOException e) {
      throw new NotWrittenException(e);
    }
  }

  /** Without this the move itself may be forgotten by a power cut. */
  private static void flushFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
