/** Reading jobs: from the cache what it has, from PostgreSQL everything else. */
@NullMarked
package io.millrace.api.query;

import org.jspecify.annotations.NullMarked;
