package io.millrace.ops.workflow;

import io.millrace.workflow.run.TaskOutcome;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What plays the tasks of a node. */
sealed interface Mock {
  /**
   * How a task ends for good, all attempts of its job behind it.
   *
   * @param after how long it takes, in virtual time
   */
  record Ending(TaskOutcome outcome, Duration after) {}

  /** Every task of the node ends in the same way. */
  record Always(Ending ending) implements Mock {}

  /** The tasks of a {@code forEach}, by the place of their item, or batch of items. */
  record Each(List<Ending> elements) implements Mock {}

  /** The tasks of a {@code while}, one after the other. */
  record Rounds(List<Ending> rounds) implements Mock {}

  /**
   * How one task ends; null when the mock has no such task.
   *
   * @param element from 0
   * @param round from 1
   */
  default @Nullable Ending ending(int element, int round) {
    return switch (this) {
      case Always(Ending ending) -> ending;
      case Each(List<Ending> elements) -> element < elements.size() ? elements.get(element) : null;
      case Rounds(List<Ending> rounds) -> round <= rounds.size() ? rounds.get(round - 1) : null;
    };
  }
}
