/**
 * Listeners: programs of the user's that are told what moves in workflow runs. One loop, which runs
 * only where there are listeners.
 */
@NullMarked
package io.millrace.workers.listener;

import org.jspecify.annotations.NullMarked;
