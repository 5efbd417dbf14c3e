package io.millrace.workflow.run;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What expressions read of a run and its state does not hold. Asked only for nodes that an
 * expression names, and only when it reads them, once each in an advance. What tasks that ended in
 * the same transaction gave must be there.
 */
public interface Outputs {
  /** The run's input. */
  @Nullable Object input();

  /** What {@code run} holds: id, tenant, workflow, version, startedAt. */
  Map<String, @Nullable Object> run();

  /**
   * The output of a node that has SUCCEEDED: what {@link Command.SaveOutput} kept; otherwise for a
   * {@code forEach} the list of its elements' results, in their order, of each that of the greatest
   * round, null for one that failed; otherwise the result of the task with the greatest round. Null
   * when there is none of these.
   */
  @Nullable Object output(int node);

  /** The result of the task that a {@code while} ran in this round. */
  @Nullable Object ofRound(int node, int round);

  /** What {@link Command.SaveError} kept of a node that has FAILED. */
  @Nullable Failure error(int node);
}
