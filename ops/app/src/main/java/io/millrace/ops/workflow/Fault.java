package io.millrace.ops.workflow;

import io.millrace.document.FieldError;
import io.millrace.workflow.definition.DefinitionFault;
import io.millrace.workflow.source.MalformedSourceException;
import io.millrace.workflow.source.Place;
import io.millrace.workflow.source.SourceText;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One thing that is wrong with a file.
 *
 * @param pointer to the field, {@code #/0/nodes/charge}
 * @param message a sentence
 */
record Fault(String pointer, Place place, String message) {
  /** Most faults of a file that are listed. */
  static final int MOST = 100;

  static Fault of(DefinitionFault fault) {
    return new Fault(fault.pointer(), new Place(fault.line(), fault.column()), fault.message());
  }

  static Fault of(MalformedSourceException e) {
    return new Fault("#", e.place(), e.sentence());
  }

  /** What was found in a text, by line. */
  static List<Fault> placed(List<FieldError> errors, SourceText source) {
    Map<String, Place> places =
        source.places(errors.stream().map(FieldError::pointer).collect(Collectors.toSet()));
    return errors.stream()
        .map(
            error ->
                new Fault(
                    error.pointer(),
                    places.getOrDefault(error.pointer(), new Place(0, 0)),
                    error.detail()))
        .sorted(
            Comparator.comparingInt((Fault fault) -> fault.place().line())
                .thenComparingInt(fault -> fault.place().column()))
        .toList();
  }

  /** The line a person reads: {@code FILE:LINE:COLUMN: message (pointer)}. */
  String line(Path file) {
    String where = place.line() == 0 ? "" : ":" + place.line() + ":" + place.column();
    return file + where + ": " + message + (pointer.equals("#") ? "" : " (" + pointer + ")");
  }
}
