package io.millrace.workflow.source;

import tools.jackson.databind.JsonNode;

/** Takes a document in the order of its text. */
interface Sink {
  void startObject(Place place) throws MalformedSourceException;

  /** The name of the member whose value comes next. */
  void name(String name, Place place) throws MalformedSourceException;

  void endObject();

  void startArray(Place place) throws MalformedSourceException;

  void endArray();

  /** A text, number, boolean or null. */
  void value(JsonNode value, Place place) throws MalformedSourceException;
}
