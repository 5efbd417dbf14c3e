/**
 * Where the time of a run went: by its nodes, and along the chain of nodes that kept it from ending
 * sooner. Pure functions over what was read; no threads.
 */
@NullMarked
package io.millrace.workflow.profile;

import org.jspecify.annotations.NullMarked;
