/** What a job author writes against: the handler, its context, its exceptions. */
@NullMarked
package io.millrace.workers.handler;

import org.jspecify.annotations.NullMarked;
