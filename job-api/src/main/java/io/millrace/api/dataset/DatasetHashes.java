package io.millrace.api.dataset;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.millrace.api.admission.ContentHashes;
import io.millrace.dataset.DatasetRefusedException;
import io.millrace.dataset.TenantDatasets;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Hashes datasets on the caller's thread, and remembers the hash of a file until it is another:
 * file, size or time of change. An upload makes a new file each time.
 */
public final class DatasetHashes implements ContentHashes {
  private static final int MOST_FILES = 10_000;
  private static final int BUFFER_BYTES = 64 * 1024;

  private final TenantDatasets datasets;
  private final Cache<Version, String> known =
      Caffeine.newBuilder().maximumSize(MOST_FILES).build();

  private record Version(Path file, @Nullable Object inode, long bytes, FileTime changed) {}

  public DatasetHashes(TenantDatasets datasets) {
    this.datasets = datasets;
  }

  @Override
  public Optional<String> of(String tenant, String dataset) {
    try {
      Path file = datasets.of(tenant).resolve(dataset);
      Version before = version(file);
      String hash = known.getIfPresent(before);
      if (hash == null) {
        hash = hash(file);
        if (!version(file).equals(before)) {
          return Optional.empty();
        }
        known.put(before, hash);
      }
      return Optional.of(hash);
    } catch (DatasetRefusedException | IOException e) {
      // What is wrong with it the job will say.
      return Optional.empty();
    }
  }

  private static Version version(Path file) throws IOException {
    BasicFileAttributes facts = Files.readAttributes(file, BasicFileAttributes.class);
    return new Version(file, facts.fileKey(), facts.size(), facts.lastModifiedTime());
  }

  private static String hash(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
