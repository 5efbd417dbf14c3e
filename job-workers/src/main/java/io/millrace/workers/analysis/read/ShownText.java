package io.millrace.workers.analysis.read;

/** Text from a dataset made fit for a result document. */
public final class ShownText {
  private ShownText() {}

  /**
   * Cuts to a length and replaces what JSON in PostgreSQL cannot hold (NUL, half a surrogate pair)
   * by U+FFFD; a cut is marked by an ellipsis, which counts.
   */
  public static String of(String text, int maxChars) {
    boolean cut = text.length() > maxChars;
    int end = cut ? maxChars - 1 : text.length();
    StringBuilder shown = new StringBuilder(end + 1);
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < end
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        shown.append(c).append(text.charAt(++i));
      } else {
        shown.append(c == 0 || Character.isSurrogate(c) ? '\uFFFD' : c);
      }
    }
    return cut ? shown.append('…').toString() : shown.toString();
  }
}
