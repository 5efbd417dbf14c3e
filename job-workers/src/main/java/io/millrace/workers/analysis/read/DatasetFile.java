package io.millrace.workers.analysis.read;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * A dataset as it lies on the disk.
 *
 * @param path the file, checked by the dataset root
 * @param bytes its size
 * @param modifiedMillis when it was last written, in milliseconds since 1970
 * @param gzip whether it is compressed; by its first two bytes, whatever its name
 */
public record DatasetFile(Path path, long bytes, long modifiedMillis, boolean gzip) {
  /**
   * Looks at a file.
   *
   * @throws UnreadableDatasetException when it is empty
   */
  public static DatasetFile of(Path path) throws IOException {
    BasicFileAttributes attributes =
        Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (attributes.size() == 0) {
      throw new UnreadableDatasetException("the dataset is empty: 0 bytes");
    }
    try (InputStream in = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS)) {
      byte[] magic = in.readNBytes(2);
      boolean gzip = magic.length == 2 && (magic[0] & 0xff) == 0x1f && (magic[1] & 0xff) == 0x8b;
      return new DatasetFile(
          path, attributes.size(), attributes.lastModifiedTime().toMillis(), gzip);
    }
  }
}
