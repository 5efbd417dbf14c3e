/**
 * Workflow runs, as callers start, watch and steer them. One loop, {@code run-intake}, which starts
 * those that come together in one transaction.
 */
@NullMarked
package io.millrace.api.run;

import org.jspecify.annotations.NullMarked;
