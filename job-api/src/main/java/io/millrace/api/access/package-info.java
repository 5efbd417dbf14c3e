/** Who may call: the API keys as this process knows them. One loop reads them again and again. */
@NullMarked
package io.millrace.api.access;

import org.jspecify.annotations.NullMarked;
