/** Group commit: what many requests submit at once is stored in one transaction, then announced. */
@NullMarked
package io.millrace.api.intake;

import org.jspecify.annotations.NullMarked;
