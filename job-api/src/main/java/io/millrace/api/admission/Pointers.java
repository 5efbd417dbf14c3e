package io.millrace.api.admission;

import com.networknt.schema.path.NodePath;

/** Writes places in a document as JSON pointers (RFC 6901) and as names for a sentence. */
final class Pointers {
  private static final int MAX_SHOWN_CHARS = 60;

  private Pointers() {}

  static String of(NodePath path) {
    var pointer = new StringBuilder();
    for (int i = 0; i < path.getNameCount(); i++) {
      pointer.append('/').append(escaped(String.valueOf(path.getElement(i))));
    }
    return pointer.toString();
  }

  static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }

  /** The last name of the path, with the indexes after it: {@code expectedStatus[0]}. */
  static String label(NodePath path) {
    var indexes = new StringBuilder();
    for (int i = path.getNameCount() - 1; i >= 0; i--) {
      Object element = path.getElement(i);
      if (!(element instanceof Integer index)) {
        return shown(String.valueOf(element)) + indexes;
      }
      indexes.insert(0, "[" + index + "]");
    }
    return "payload" + indexes;
  }

  /** A name a caller chose, fit to be shown. */
  static String shown(String name) {
    String clean = name.replaceAll("\\p{Cntrl}", "?");
    return isShort(clean) ? clean : clean.substring(0, MAX_SHOWN_CHARS) + "…";
  }

  static boolean isShort(String name) {
    return name.length() <= MAX_SHOWN_CHARS;
  }
}
