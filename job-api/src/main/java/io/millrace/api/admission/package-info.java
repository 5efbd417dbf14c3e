/**
 * Decides if what a caller sent is fit to become a job: is it JSON that every store downstream can
 * keep, and does the payload fit its type's schema. No I/O and no threads of its own; all classes
 * are safe for use by many requests at once. What is refused is said by field and limit, and no
 * value that was sent is ever repeated.
 */
@NullMarked
package io.millrace.api.admission;

import org.jspecify.annotations.NullMarked;
