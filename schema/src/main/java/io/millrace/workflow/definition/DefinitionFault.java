package io.millrace.workflow.definition;

/**
 * One thing that is wrong with a definition.
 *
 * @param pointer to the field, {@code #/nodes/score/retry}: RFC 6901 after the {@code #}
 * @param line of the field, or of what is nearest above it when it is missing; from 1, 0 for none
 * @param column from 1, in characters; 0 for none
 * @param message a sentence that names what is wrong and the limit
 */
public record DefinitionFault(String pointer, int line, int column, String message) {}
