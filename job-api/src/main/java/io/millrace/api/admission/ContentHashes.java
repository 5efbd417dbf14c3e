package io.millrace.api.admission;

import java.util.Optional;

/** What datasets hold, by their names. */
@FunctionalInterface
public interface ContentHashes {
  /** SHA-256 of a tenant's dataset, in hex; empty when there is none of the name. */
  Optional<String> of(String tenant, String dataset);
}
