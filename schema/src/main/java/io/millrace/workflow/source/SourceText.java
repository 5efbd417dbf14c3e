package io.millrace.workflow.source;

import io.millrace.workflow.plan.WorkflowLimits;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The text of a definition that has been read.
 *
 * @param json whether it is JSON; otherwise it is YAML
 */
public record SourceText(String text, boolean json, JsonNode tree) {
  /**
   * Reads a text in UTF-8 of at most {@link WorkflowLimits#MAX_DEFINITION_BYTES}. What is not JSON
   * is taken for YAML.
   *
   * @throws MalformedSourceException saying where and why it cannot be read
   */
  public static SourceText read(byte[] bytes) throws MalformedSourceException {
    String text = decode(bytes);
    String start = text.stripLeading();
    if (start.startsWith("{") || start.startsWith("[")) {
      TreeSink sink = new TreeSink();
      if (JsonSource.read(text, sink)) {
        return new SourceText(text, true, tree(sink.root()));
      }
    }
    TreeSink sink = new TreeSink();
    YamlSource.read(text, sink);
    return new SourceText(text, false, tree(sink.root()));
  }

  private static String decode(byte[] bytes) throws MalformedSourceException {
    if (bytes.length > WorkflowLimits.MAX_DEFINITION_BYTES) {
      throw new MalformedSourceException(
          new Place(0, 0),
          "a document has at most %d bytes; this has %d"
              .formatted(WorkflowLimits.MAX_DEFINITION_BYTES, bytes.length));
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new MalformedSourceException(new Place(0, 0), "the document is not in UTF-8");
    }
  }

  private static JsonNode tree(@Nullable JsonNode root) throws MalformedSourceException {
    if (root == null) {
      throw new MalformedSourceException(Place.START, "the document is empty");
    }
    return root;
  }

  /** The place of each pointer, or of what is nearest above it. */
  public Map<String, Place> places(Set<String> pointers) {
    Set<String> wanted = new HashSet<>();
    for (String pointer : pointers) {
      for (String at = pointer; at != null; at = above(at)) {
        wanted.add(at);
      }
    }
    Map<String, Place> found = find(wanted);
    Map<String, Place> places = new HashMap<>();
    for (String pointer : pointers) {
      String at = pointer;
      while (at != null && !found.containsKey(at)) {
        at = above(at);
      }
      places.put(pointer, at == null ? Place.START : found.getOrDefault(at, Place.START));
    }
    return places;
  }

  private static @Nullable String above(String pointer) {
    int slash = pointer.lastIndexOf('/');
    return slash < 0 ? null : pointer.substring(0, slash);
  }

  private Map<String, Place> find(Set<String> wanted) {
    PlaceSink sink = new PlaceSink(wanted);
    try {
      if (json) {
        JsonSource.read(text, sink);
      } else {
        YamlSource.read(text, sink);
      }
    } catch (MalformedSourceException e) {
      throw new IllegalStateException("the text was read before", e);
    }
    return sink.found();
  }
}
