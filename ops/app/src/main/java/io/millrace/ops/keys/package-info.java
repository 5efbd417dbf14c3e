/**
 * API keys, made and revoked directly in the database: whoever can reach that may let others in.
 */
@NullMarked
package io.millrace.ops.keys;

import org.jspecify.annotations.NullMarked;
