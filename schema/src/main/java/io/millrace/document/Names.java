package io.millrace.document;

/** Writes names that a caller chose: in JSON pointers (RFC 6901) and in sentences. */
public final class Names {
  private static final int MAX_SHOWN_CHARS = 60;

  private Names() {}

  /** A name as a step of a JSON pointer. */
  public static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }

  /** A name fit to be shown: one line, and not long. */
  public static String shown(String name) {
    String clean = name.replaceAll("\\p{Cntrl}", "?");
    return isShort(clean) ? clean : clean.substring(0, MAX_SHOWN_CHARS) + "…";
  }

  /** Whether a name is shown whole. */
  public static boolean isShort(String name) {
    return name.length() <= MAX_SHOWN_CHARS;
  }
}
