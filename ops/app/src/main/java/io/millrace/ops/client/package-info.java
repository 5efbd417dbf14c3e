/**
 * The HTTP side of the command line: one blocking client and the values it returns. Starts no
 * thread of its own beyond those of {@link java.net.http.HttpClient}; needs no Spring.
 */
@NullMarked
package io.millrace.ops.client;

import org.jspecify.annotations.NullMarked;
