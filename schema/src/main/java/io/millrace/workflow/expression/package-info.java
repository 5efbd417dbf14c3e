/**
 * Compiles and evaluates expressions (CEL, see cel.dev) and the templates that hold them.
 * Evaluation has no side effects and always ends: every call is charged to a {@link
 * io.millrace.workflow.expression.Meter} before it is made, and every result has a largest size.
 * CEL's classes load with the first expression that is more than a path. Pure; thread-safe.
 */
@NullMarked
package io.millrace.workflow.expression;

import org.jspecify.annotations.NullMarked;
