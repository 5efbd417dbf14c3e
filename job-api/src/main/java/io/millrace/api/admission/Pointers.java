package io.millrace.api.admission;

import com.networknt.schema.path.NodePath;
import io.millrace.document.Names;

/** Writes places in a document as JSON pointers (RFC 6901) and as names for a sentence. */
final class Pointers {
  private Pointers() {}

  static String of(NodePath path) {
    var pointer = new StringBuilder();
    for (int i = 0; i < path.getNameCount(); i++) {
      pointer.append('/').append(Names.escaped(String.valueOf(path.getElement(i))));
    }
    return pointer.toString();
  }

  /**
   * The last name of the path, with the indexes after it: {@code expectedStatus[0]}.
   *
   * @param root what the whole document is called
   */
  static String label(String root, NodePath path) {
    var indexes = new StringBuilder();
    for (int i = path.getNameCount() - 1; i >= 0; i--) {
      Object element = path.getElement(i);
      if (!(element instanceof Integer index)) {
        return Names.shown(String.valueOf(element)) + indexes;
      }
      indexes.insert(0, "[" + index + "]");
    }
    return root + indexes;
  }
}
