package io.millrace.workflow.source;

import io.millrace.document.Names;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Finds the places of JSON pointers: that of a member is where its name is. */
final class PlaceSink implements Sink {
  private static final int IN_OBJECT = -1;

  private final Set<String> wanted;
  private final Map<String, Place> found = new HashMap<>();
  private final StringBuilder path = new StringBuilder("#");
  private final Deque<Integer> lengths = new ArrayDeque<>();
  private final Deque<Integer> indexes = new ArrayDeque<>();

  PlaceSink(Set<String> wanted) {
    this.wanted = wanted;
  }

  /** The places of those pointers that lead to something. */
  Map<String, Place> found() {
    return found;
  }

  @Override
  public void startObject(Place place) {
    element(place);
    open(IN_OBJECT);
  }

  @Override
  public void startArray(Place place) {
    element(place);
    open(0);
  }

  private void open(int index) {
    lengths.push(path.length());
    indexes.push(index);
  }

  @Override
  public void name(String name, Place place) {
    step(Names.escaped(name), place);
  }

  @Override
  public void endObject() {
    close();
  }

  @Override
  public void endArray() {
    close();
  }

  private void close() {
    path.setLength(lengths.pop());
    indexes.pop();
  }

  @Override
  public void value(JsonNode value, Place place) {
    element(place);
  }

  private void element(Place place) {
    Integer index = indexes.peek();
    if (index == null) {
      found.put("#", place);
    } else if (index != IN_OBJECT) {
      indexes.pop();
      indexes.push(index + 1);
      step(index.toString(), place);
    }
  }

  private void step(String step, Place place) {
    int length = lengths.isEmpty() ? 1 : lengths.element();
    path.setLength(length);
    path.append('/').append(step);
    if (wanted.contains(path.toString())) {
      found.put(path.toString(), place);
    }
  }
}
