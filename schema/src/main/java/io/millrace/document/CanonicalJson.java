package io.millrace.document;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Writes a document so that two of the same content give the same text: no white space, object
 * members in the order of their names' UTF-16 units, strings as RFC 8785 (JCS) writes them. Unlike
 * there, numbers keep all their digits and lose only trailing zeros, so that {@code 1.0}, {@code 1}
 * and {@code 1e0} are the same, and two numbers that differ never are.
 */
public final class CanonicalJson {
  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private final StringBuilder out = new StringBuilder();

  private CanonicalJson() {}

  /** The text of a document. */
  public static String of(JsonNode document) {
    CanonicalJson canonical = new CanonicalJson();
    canonical.write(document);
    return canonical.out.toString();
  }

  private void write(JsonNode node) {
    if (node.isObject()) {
      object(node);
    } else if (node.isArray()) {
      array(node);
    } else if (node.isString()) {
      string(node.stringValue());
    } else if (node.isNumber()) {
      out.append(node.decimalValue().stripTrailingZeros());
    } else {
      out.append(node);
    }
  }

  private void object(JsonNode node) {
    List<Map.Entry<String, JsonNode>> members =
        node.properties().stream().sorted(Map.Entry.comparingByKey()).toList();
    char before = '{';
    for (Map.Entry<String, JsonNode> member : members) {
      out.append(before);
      string(member.getKey());
      out.append(':');
      write(member.getValue());
      before = ',';
    }
    out.append(members.isEmpty() ? "{}" : "}");
  }

  private void array(JsonNode node) {
    char before = '[';
    for (JsonNode element : node) {
      out.append(before);
      write(element);
      before = ',';
    }
    out.append(node.isEmpty() ? "[]" : "]");
  }

  private void string(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\b' -> out.append("\\b");
        case '\t' -> out.append("\\t");
        case '\n' -> out.append("\\n");
        case '\f' -> out.append("\\f");
        case '\r' -> out.append("\\r");
        default -> plain(c);
      }
    }
    out.append('"');
  }

  private void plain(char c) {
    if (c < 0x20) {
      out.append("\\u00").append(HEX[c >> 4]).append(HEX[c & 15]);
    } else {
      out.append(c);
    }
  }
}
