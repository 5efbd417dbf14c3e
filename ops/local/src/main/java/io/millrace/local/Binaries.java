package io.millrace.local;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import io.zonky.test.db.postgres.util.ArchUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import redis.embedded.core.ExecutableProvider;
import redis.embedded.model.OsArchitecture;

/**
 * The server programs, unpacked from the class path into the cache folder.
 *
 * <p>Any number of stacks may unpack at once: each unpacks beside the target and renames, which is
 * atomic; whoever comes second finds the target there and throws its own copy away. A target's name
 * carries a hash of its content, so another version never meets an old folder.
 */
final class Binaries {
  private static final int HASH_CHARS = 16;

  private Binaries() {}

  /** Folder with {@code bin}, {@code lib} and {@code share} of PostgreSQL. */
  static Path postgres(Path cache) {
    try (InputStream packed =
        DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(
            "Linux", ArchUtils.normalize(System.getProperty("os.arch", "")))) {
      byte[] bytes = packed.readAllBytes();
      return unpacked(cache, "postgres", bytes, Binaries::untar);
    } catch (IOException | IllegalStateException e) {
      throw failed("PostgreSQL", cache, e);
    }
  }

  /** The {@code redis-server} program. */
  static Path redis(Path cache) {
    String resource =
        ExecutableProvider.newProvidedVersionsMap().get(OsArchitecture.detectOSandArchitecture());
    try (InputStream program =
        resource == null ? null : ExecutableProvider.class.getResourceAsStream(resource)) {
      if (program == null) {
        throw new IOException("no program for this system on the class path");
      }
      return unpacked(cache, "redis", program.readAllBytes(), Binaries::single)
          .resolve("redis-server");
    } catch (IOException e) {
      throw failed("Redis", cache, e);
    }
  }

  private static Path unpacked(Path cache, String name, byte[] bytes, Unpack unpack)
      throws IOException {
    Path target = cache.resolve(name + "-" + hash(bytes));
    if (Files.isDirectory(target)) {
      return target;
    }
    Files.createDirectories(cache);
    Path own = Files.createTempDirectory(cache, name + "-unpacking-");
    try {
      unpack.into(own, bytes);
      moveUnlessThere(own, target);
      return target;
    } finally {
      Folders.delete(own); // Only there when it was not moved.
    }
  }

  private static void moveUnlessThere(Path own, Path target) throws IOException {
    try {
      Files.move(own, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw e;
    } catch (FileSystemException e) {
      if (!Files.isDirectory(target)) {
        throw e;
      }
    }
  }

  private static void single(Path folder, byte[] bytes) throws IOException {
    Path program = Files.write(folder.resolve("redis-server"), bytes);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static void untar(Path folder, byte[] bytes) throws IOException {
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new XZCompressorInputStream(new ByteArrayInputStream(bytes)))) {
      for (TarArchiveEntry entry; (entry = tar.getNextEntry()) != null; ) {
        write(folder, entry, tar);
      }
    }
  }

  private static void write(Path folder, TarArchiveEntry entry, InputStream content)
      throws IOException {
    Path path = folder.resolve(entry.getName()).normalize();
    if (!path.startsWith(folder)) {
      throw new FileSystemException(entry.getName(), null, "outside of the archive");
    }
    if (entry.isDirectory()) {
      Files.createDirectories(path);
      return;
    }
    Files.createDirectories(path.resolveSibling("."));
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
      return;
    }
    Files.copy(content, path);
    boolean program = (entry.getMode() & 0100) != 0;
    Files.setPosixFilePermissions(
        path, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
  }

  private static String hash(byte[] bytes) {
    try {
      byte[] sha = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(sha).substring(0, HASH_CHARS);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  private static LocalStackException failed(String server, Path cache, Exception cause) {
    return new LocalStackException(
        "cannot unpack %s into %s; choose another folder with %s"
            .formatted(server, cache, LocalSettings.CACHE_DIRECTORY),
        cause);
  }

  @FunctionalInterface
  private interface Unpack {
    void into(Path folder, byte[] bytes) throws IOException;
  }
}
