/** Draws plans as text that other programs turn into pictures. Pure; no threads. */
@NullMarked
package io.millrace.workflow.diagram;

import org.jspecify.annotations.NullMarked;
