package io.millrace.workers.listener;

import io.millrace.workflow.run.NodeState;
import io.millrace.workflow.run.RunMove;
import io.millrace.workflow.run.RunPhase;

/** Which of a listener's methods a move is told by. */
final class Hooks {
  private Hooks() {}

  static void call(RunListener listener, RunMove move, RunNotice notice, Transaction transaction)
      throws Exception {
    switch (move) {
      case RunMove.Entered(RunPhase phase) -> entered(listener, phase, notice, transaction);
      case RunMove.Moved(int node, NodeState state) -> moved(listener, state, notice, transaction);
      case RunMove.Paused() -> {}
      case RunMove.Resumed() -> {}
    }
  }

  private static void entered(
      RunListener listener, RunPhase phase, RunNotice notice, Transaction transaction)
      throws Exception {
    switch (phase) {
      case OPEN -> listener.onRunStart(notice, transaction);
      case SUCCEEDED -> listener.onRunSuccess(notice, transaction);
      case FAILED -> listener.onRunError(notice, transaction);
      case NEW, FAILING, CANCELLING, COMPENSATING, CANCELLED -> {}
    }
    if (phase.isFinal()) {
      listener.onRunEnd(notice, transaction);
    }
  }

  private static void moved(
      RunListener listener, NodeState state, RunNotice notice, Transaction transaction)
      throws Exception {
    switch (state) {
      case ACTIVE -> listener.onNodeStart(notice, transaction);
      case SUCCEEDED -> listener.onNodeSuccess(notice, transaction);
      case FAILED -> listener.onNodeError(notice, transaction);
      case PENDING, SKIPPED, CANCELLED -> {}
    }
    if (state.isEnded()) {
      listener.onNodeEnd(notice, transaction);
    }
  }
}
