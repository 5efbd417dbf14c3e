package io.millrace.document;

/**
 * One thing that is wrong with a document, as RFC 9457 problem details list it.
 *
 * @param pointer to the field, {@code #/payload/url}: RFC 6901 after the {@code #}
 * @param detail a sentence that names the field, what is wrong and the limit
 */
public record FieldError(String pointer, String detail) {}
