package io.millrace.api.admission;

import io.millrace.document.FieldError;
import io.millrace.model.ScheduleWork;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Checks the workflow run that a schedule is to start. */
@FunctionalInterface
public interface RunCheck {
  /**
   * Checks it like a start of a run, now; at each firing the worker checks it once more.
   *
   * @param faults takes what is wrong, by places below {@code #/run}
   * @return empty when something is
   */
  Optional<ScheduleWork> check(JsonNode run, String tenant, List<FieldError> faults)
      throws SQLException;
}
