package io.millrace.local;

import java.nio.file.Path;

/** Another live stack owns the data folder. */
public final class FolderInUseException extends LocalStackException {
  private final Path folder;
  private final long pid;

  FolderInUseException(Path folder, long pid) {
    super(
        "data folder %s is in use by process %s; stop that process, or choose another folder with %s"
            .formatted(
                folder, pid > 0 ? Long.toString(pid) : "(unknown)", LocalSettings.DATA_DIRECTORY));
    this.folder = folder;
    this.pid = pid;
  }

  /** The folder that is taken. */
  public Path folder() {
    return folder;
  }

  /** Process id of the owner; 0 when its lock file does not say. */
  public long pid() {
    return pid;
  }
}
