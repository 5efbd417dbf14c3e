package io.millrace.api.intake;

import io.millrace.model.NewJob;
import io.millrace.store.SubmitStore.Submitted;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/** How a batch of submissions is stored. */
@FunctionalInterface
public interface Storage {
  /** Stores all of it or nothing; see {@code SubmitStore.insert}. */
  Submitted insert(List<NewJob> batch, Predicate<NewJob> heldBack, Duration grace)
      throws SQLException;
}
