/**
 * Datasets: which names are allowed and which file below the configured root a name means. JDK
 * only, no state, no threads.
 */
@NullMarked
package io.millrace.dataset;

import org.jspecify.annotations.NullMarked;
