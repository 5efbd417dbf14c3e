/** Puts the API process together from its configuration. */
@NullMarked
package io.millrace.api.boot;

import org.jspecify.annotations.NullMarked;
