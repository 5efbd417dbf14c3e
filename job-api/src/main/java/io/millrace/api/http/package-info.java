/** The HTTP interface: reads requests, writes answers and problem documents, decides nothing. */
@NullMarked
package io.millrace.api.http;

import org.jspecify.annotations.NullMarked;
