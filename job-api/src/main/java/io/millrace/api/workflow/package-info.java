/**
 * Definitions of workflows, as callers register, check and read them. Two threads of its own
 * compile them, so that a large one keeps no other request waiting.
 */
@NullMarked
package io.millrace.api.workflow;

import org.jspecify.annotations.NullMarked;
