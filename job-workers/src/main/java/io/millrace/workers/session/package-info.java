/**
 * The worker's session: registered, beaten, and replaced when the database has declared it dead.
 */
@NullMarked
package io.millrace.workers.session;

import org.jspecify.annotations.NullMarked;
