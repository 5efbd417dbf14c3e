package io.millrace.workflow.definition;

import io.millrace.model.JobType;
import java.util.Optional;
import java.util.Set;

/** What a definition may refer to. */
public interface Catalogue {
  /** Finds a job type by name. */
  Optional<JobType> type(String name);

  /** The names of all job types. */
  Set<String> types();

  /** The pools that workers serve. */
  Set<String> pools();

  /** The names of the workflows there are. */
  Set<String> workflows();
}
