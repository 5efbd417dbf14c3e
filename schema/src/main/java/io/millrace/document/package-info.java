/**
 * Reads JSON documents that people wrote, field by field, and says everything that is wrong with
 * them at once, by place; writes documents so that the same content is the same text. Pure; no
 * threads.
 */
@NullMarked
package io.millrace.document;

import org.jspecify.annotations.NullMarked;
