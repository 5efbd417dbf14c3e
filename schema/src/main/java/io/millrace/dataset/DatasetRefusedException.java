package io.millrace.dataset;

/** A dataset's name was refused. The message is for the caller and names no absolute path. */
public final class DatasetRefusedException extends Exception {
  /** Why a name was refused. */
  public enum Reason {
    /** The name breaks the rule for names. */
    INVALID_NAME,
    /** Nothing is there. */
    NOT_FOUND,
    /** Something is there, but not a regular file that can be read. */
    NOT_A_FILE,
    /** The way to it leaves the root or crosses a symbolic link. */
    ESCAPES
  }

  private final Reason reason;

  public DatasetRefusedException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
