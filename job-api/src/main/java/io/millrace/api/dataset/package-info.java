/** Datasets on disk: streamed in, checked, put in place at once. */
@NullMarked
package io.millrace.api.dataset;

import org.jspecify.annotations.NullMarked;
