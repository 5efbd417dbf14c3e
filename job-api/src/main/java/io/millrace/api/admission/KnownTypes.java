package io.millrace.api.admission;

import io.millrace.model.JobType;
import java.util.Optional;
import java.util.Set;

/** The job types and pools there are, as far as this process knows. */
public interface KnownTypes {
  /** Finds a type by name. */
  Optional<JobType> find(String name);

  /** Whether some worker serves, or has served, a pool. */
  boolean hasPool(String name);

  /** The known types' names. */
  Set<String> names();

  /** The pools that workers serve or types go to. */
  Set<String> pools();
}
