package io.millrace.workflow.source;

/**
 * A place in a text.
 *
 * @param line from 1; 0 when the fault has no place
 * @param column from 1, in characters
 */
public record Place(int line, int column) {
  static final Place START = new Place(1, 1);
}
