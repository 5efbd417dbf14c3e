package io.millrace.document;

import org.jspecify.annotations.Nullable;

/** What a text costs and whether it can be kept. */
public final class Texts {
  private Texts() {}

  /** How many bytes a text has as JSON in UTF-8, without escapes that are not needed. */
  public static long jsonBytes(String text) {
    long bytes = 2;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x20) {
        bytes += 6;
      } else if (c < 0x80) {
        bytes += c == '"' || c == '\\' ? 2 : 1;
      } else {
        bytes += c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
      }
    }
    return bytes;
  }

  /**
   * What keeps a text from being stored, in words that follow "has"; null when nothing does. U+0000
   * and half a surrogate pair are no text in PostgreSQL (its manual, 8.14).
   */
  public static @Nullable String fault(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0) {
        return "the character U+0000 in a text, which cannot be stored";
      }
      if (Character.isSurrogate(c)) {
        boolean pair =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!pair) {
          return "half a surrogate pair in a text, which is no character";
        }
        i++;
      }
    }
    return null;
  }
}
