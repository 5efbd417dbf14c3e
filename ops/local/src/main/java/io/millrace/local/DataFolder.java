package io.millrace.local;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Ownership of one data folder: an exclusive lock on {@code millrace.lock}, which the kernel drops
 * when the owner dies, with the owner's pid inside for people.
 *
 * <p>POSIX locks belong to the process, and closing any channel of the file drops them. So a second
 * stack in the same JVM must never even open the file: {@link #HELD} refuses it before that.
 */
final class DataFolder implements AutoCloseable {
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();
  private static final Pattern PID = Pattern.compile("pid=(\\d+)");
  private static final int MAX_LOCK_BYTES = 1024;

  private final Path root;
  private final FileChannel channel;

  private DataFolder(Path root, FileChannel channel) {
    this.root = root;
    this.channel = channel;
  }

  static DataFolder open(Path directory) {
    try {
      Path root = Files.createDirectories(directory).toRealPath();
      if (!HELD.add(root)) {
        throw new FolderInUseException(root, ProcessHandle.current().pid());
      }
      return lock(root);
    } catch (IOException e) {
      throw new LocalStackException(
          "data folder %s cannot be used; choose another with %s"
              .formatted(directory, LocalSettings.DATA_DIRECTORY),
          e);
    }
  }

  private static DataFolder lock(Path root) throws IOException {
    FileChannel channel = null;
    boolean locked = false;
    try {
      channel = FileChannel.open(root.resolve("millrace.lock"), CREATE, READ, WRITE);
      locked = channel.tryLock() != null;
      if (!locked) {
        throw new FolderInUseException(root, ownerPid(channel));
      }
      write(
          channel,
          """
          pid=%d
          A Millrace stack uses this folder for as long as that process holds a lock on this file.
          To end it, stop the process. Do not delete the file: the lock goes with the process.
          """
              .formatted(ProcessHandle.current().pid()));
      return new DataFolder(root, channel);
    } finally {
      if (!locked) {
        closeQuietly(channel);
        HELD.remove(root);
      }
    }
  }

  Path root() {
    return root;
  }

  /** A folder inside the data folder, created when absent. */
  Path folder(String name) {
    try {
      return Files.createDirectories(root.resolve(name));
    } catch (IOException e) {
      throw new LocalStackException("cannot create %s in %s".formatted(name, root), e);
    }
  }

  /** Gives the folder up; the file stays, since deleting a lock file races with the next owner. */
  @Override
  public void close() {
    try {
      write(channel, "Not in use.\n");
    } catch (IOException e) {
      // The text is for people only; the lock is dropped below whatever the file says.
    } finally {
      closeQuietly(channel);
      HELD.remove(root);
    }
  }

  private static long ownerPid(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(MAX_LOCK_BYTES);
    channel.read(bytes, 0);
    Matcher pid = PID.matcher(StandardCharsets.UTF_8.decode(bytes.flip()));
    return pid.find() ? Long.parseLong(pid.group(1)) : 0;
  }

  private static void write(FileChannel channel, String text) throws IOException {
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
  }

  private static void closeQuietly(@Nullable FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      // Nothing is buffered in a channel, so nothing is lost; the lock ends with the process.
    }
  }
}
