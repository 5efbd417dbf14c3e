package io.millrace.dataset;

import io.millrace.dataset.DatasetRefusedException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * The folder that a tenant's datasets live under. A dataset's name is 1 to {@value #MAX_SEGMENTS}
 * segments joined by {@code /}; a segment starts with a letter or digit, goes on with letters,
 * digits, dots, underscores and hyphens, and has at most 128 characters. So a name can hold no
 * {@code ..}, no backslash, no NUL and no leading slash, and means the same file on every platform.
 *
 * <p>No link is followed below the root; the root itself may be one. Whoever can write below the
 * root can still swap a checked file for a link, so open what this class returns with {@link
 * LinkOption#NOFOLLOW_LINKS}.
 */
public final class DatasetRoot {
  /** Most segments of a name. */
  public static final int MAX_SEGMENTS = 4;

  /** One segment of a name. */
  public static final String SEGMENT_PATTERN = "[A-Za-z0-9][A-Za-z0-9._-]{0,127}";

  /** A whole name. */
  public static final String NAME_PATTERN =
      SEGMENT_PATTERN + "(/" + SEGMENT_PATTERN + "){0," + (MAX_SEGMENTS - 1) + "}";

  /** Holds the folders of tenants; no dataset's name can begin with a dot. */
  private static final String TENANTS = ".tenants";

  private static final Pattern SEGMENT = Pattern.compile(SEGMENT_PATTERN);
  private static final Pattern NAME = Pattern.compile(NAME_PATTERN);

  private final Path root;

  /**
   * Takes the folder as it is; it may be created later.
   *
   * @param root absolute, or relative to the working directory
   */
  public DatasetRoot(Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  /**
   * The folder of another tenant's datasets, below this one and out of reach of its names.
   *
   * @param tenant one segment of a dataset's name
   */
  public DatasetRoot ofTenant(String tenant) {
    if (!SEGMENT.matcher(tenant).matches()) {
      throw new IllegalArgumentException("a tenant's name cannot be a folder");
    }
    return new DatasetRoot(root.resolve(TENANTS).resolve(tenant));
  }

  /** The folder itself; it may not exist yet. */
  public Path folder() {
    return root;
  }

  /** Whether the name keeps the rule; says nothing about the file. */
  public static boolean isValidName(String name) {
    return NAME.matcher(name).matches();
  }

  /**
   * The regular, readable file that a name means.
   *
   * @throws DatasetRefusedException with the reason; nothing was opened
   */
  public Path resolve(String name) throws DatasetRefusedException {
    Path file = place(name);
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new DatasetRefusedException(
          Reason.NOT_FOUND, "dataset \"" + name + "\" does not exist");
    }
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || !Files.isReadable(file)) {
      throw new DatasetRefusedException(
          Reason.NOT_A_FILE, "dataset \"" + name + "\" is not a readable regular file");
    }
    requireInside(name, file);
    return file;
  }

  /**
   * Where a dataset of this name lives or would live, for writing a new one: the name is checked,
   * and so is every folder on the way that exists.
   *
   * @throws DatasetRefusedException {@code INVALID_NAME} or {@code ESCAPES}
   */
  public Path place(String name) throws DatasetRefusedException {
    if (!isValidName(name)) {
      throw new DatasetRefusedException(
          Reason.INVALID_NAME,
          "dataset names are relative paths of 1 to "
              + MAX_SEGMENTS
              + " segments joined by \"/\", each matching "
              + SEGMENT_PATTERN);
    }
    Path at = root;
    for (String segment : name.split("/", -1)) {
      at = at.resolve(segment);
      if (Files.isSymbolicLink(at)) {
        throw escapes(name);
      }
    }
    return at;
  }

  private void requireInside(String name, Path file) throws DatasetRefusedException {
    try {
      if (!file.toRealPath().equals(root.toRealPath().resolve(root.relativize(file)))) {
        throw escapes(name);
      }
    } catch (IOException e) {
      // Its own message would name the absolute path.
      throw new DatasetRefusedException(
          Reason.NOT_FOUND, "dataset \"" + name + "\" cannot be reached");
    }
  }

  private static DatasetRefusedException escapes(String name) {
    return new DatasetRefusedException(
        Reason.ESCAPES, "dataset \"" + name + "\" lies behind a symbolic link");
  }
}
