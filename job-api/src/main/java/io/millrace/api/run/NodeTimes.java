package io.millrace.api.run;

import io.millrace.store.RunLogStore.Line;
import io.millrace.workflow.profile.LoggedMove;
import io.millrace.workflow.run.NodeState;
import io.millrace.workflow.run.RunMove;
import io.millrace.workflow.run.RunMoves;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** When nodes started first and ended last, by a run's log. */
final class NodeTimes {
  private final Map<Integer, Instant> started = new HashMap<>();
  private final Map<Integer, Instant> ended = new HashMap<>();

  NodeTimes(List<Line> log) {
    for (LoggedMove logged : moves(log)) {
      if (logged.move() instanceof RunMove.Moved(int node, NodeState state)) {
        Instant at = Instant.ofEpochMilli(logged.at());
        if (state == NodeState.ACTIVE) {
          started.putIfAbsent(node, at);
        } else if (state.isEnded()) {
          ended.put(node, at);
        }
      }
    }
  }

  /** The moves of a log, each by itself. */
  static List<LoggedMove> moves(List<Line> log) {
    List<LoggedMove> moves = new ArrayList<>();
    for (Line line : log) {
      RunMoves.read(line.moves()).forEach(move -> moves.add(new LoggedMove(line.at(), move)));
    }
    return moves;
  }

  @Nullable Instant started(int node) {
    return started.get(node);
  }

  @Nullable Instant ended(int node) {
    return ended.get(node);
  }
}
