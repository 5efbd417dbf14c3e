/**
 * Reads a definition's text, YAML or JSON, into a JSON tree, and finds the lines of places in it.
 * Refuses what could be read in two ways or grow beyond its size: doubled names, anchors, tags,
 * deep nesting. Pure; no threads.
 */
@NullMarked
package io.millrace.workflow.source;

import org.jspecify.annotations.NullMarked;
