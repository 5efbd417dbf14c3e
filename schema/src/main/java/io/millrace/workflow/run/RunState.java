package io.millrace.workflow.run;

import io.millrace.workflow.plan.Edge;
import io.millrace.workflow.plan.Join;
import io.millrace.workflow.plan.PlanNode;
import io.millrace.workflow.plan.WorkflowLimits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All that a run knows beside its plan and the outputs of its nodes. To everybody but an advance it
 * is a value: {@link Advance#apply} works on a copy.
 */
public final class RunState {
  /** Most retries of a run; see {@link #round}. */
  static final int MAX_LIVES = 10_000;

  final NodeNumbers numbers;

  private final NodeState[] nodes;

  /** Ways to a node that are decided, and those of them that are taken; kept while PENDING. */
  final int[] decided;

  final int[] taken;

  /** How far active nodes with several tasks are, and those that a retry takes up again. */
  final TreeMap<Integer, Progress> progress = new TreeMap<>();

  /** What has moved since this was copied, in order. */
  final List<RunMove> moves = new ArrayList<>();

  private final boolean noting;

  RunPhase phase = RunPhase.NEW;
  boolean paused;

  /** Whether the tasks that run have been told to stop. */
  boolean halted;

  /** From 1; each retry is one more. */
  int life = 1;

  @Nullable RunFailure failure;
  @Nullable String reason;

  private final int[] pending = new int[2];
  private final int[] active = new int[2];

  /** The state of a run that has not started. */
  RunState(NodeNumbers numbers) {
    this.numbers = numbers;
    noting = false;
    nodes = new NodeState[numbers.size()];
    Arrays.fill(nodes, NodeState.PENDING);
    decided = new int[nodes.length];
    taken = new int[nodes.length];
    pending[0] = numbers.end(true);
    pending[1] = nodes.length - pending[0];
  }

  private RunState(RunState other) {
    numbers = other.numbers;
    noting = true;
    nodes = other.nodes.clone();
    decided = other.decided.clone();
    taken = other.taken.clone();
    for (Map.Entry<Integer, Progress> entry : other.progress.entrySet()) {
      progress.put(entry.getKey(), entry.getValue().copy());
    }
    phase = other.phase;
    paused = other.paused;
    halted = other.halted;
    life = other.life;
    failure = other.failure;
    reason = other.reason;
    System.arraycopy(other.pending, 0, pending, 0, 2);
    System.arraycopy(other.active, 0, active, 0, 2);
  }

  RunState copy() {
    return new RunState(this);
  }

  public RunPhase phase() {
    return phase;
  }

  /** Whether nothing is to start for now. */
  public boolean paused() {
    return paused;
  }

  /** The state of the node with this number. */
  public NodeState node(int number) {
    return nodes[number];
  }

  /** What failed first; null while nothing has. */
  public @Nullable RunFailure failure() {
    return failure;
  }

  /** Why it was cancelled; null when it was not. */
  public @Nullable String reason() {
    return reason;
  }

  /** How often it has started: 1, and one more for each retry. */
  public int life() {
    return life;
  }

  void enter(RunPhase next) {
    phase = next;
    note(new RunMove.Entered(next));
  }

  void pause(boolean pause) {
    if (paused != pause) {
      paused = pause;
      note(pause ? new RunMove.Paused() : new RunMove.Resumed());
    }
  }

  private void note(RunMove move) {
    if (noting) {
      moves.add(move);
    }
  }

  void node(int number, NodeState state) {
    if (nodes[number] == NodeState.PENDING
        && (state == NodeState.SUCCEEDED || state == NodeState.FAILED)) {
      note(new RunMove.Moved(number, NodeState.ACTIVE)); // It needed no time.
    }
    if (nodes[number] != state) {
      note(new RunMove.Moved(number, state));
    }
    count(number, -1);
    nodes[number] = state;
    count(number, 1);
  }

  private void count(int number, int by) {
    int graph = numbers.inMain(number) ? 0 : 1;
    switch (nodes[number]) {
      case PENDING -> pending[graph] += by;
      case ACTIVE -> active[graph] += by;
      case SUCCEEDED, FAILED, SKIPPED, CANCELLED -> {}
    }
  }

  int active(boolean main) {
    return active[main ? 0 : 1];
  }

  int pending(boolean main) {
    return pending[main ? 0 : 1];
  }

  /** Whether the run is where nodes of this one's graph start, were it not paused. */
  boolean open(int number) {
    return numbers.inMain(number)
        ? phase == RunPhase.OPEN
        : phase == RunPhase.COMPENSATING && !halted;
  }

  boolean mayStart(int number) {
    return !paused && open(number);
  }

  /** Whether the ways that are decided suffice for a node to start. */
  boolean joined(int number) {
    PlanNode node = numbers.node(number);
    return switch (node.join()) {
      case Join.All() -> node.in() == 0 || (decided[number] == node.in() && taken[number] > 0);
      case Join.Some(int count) -> node.in() == 0 || taken[number] >= count;
    };
  }

  /** Whether the ways that are not decided yet cannot suffice any more. */
  boolean unreachable(int number) {
    PlanNode node = numbers.node(number);
    int left = node.in() - decided[number];
    return switch (node.join()) {
      case Join.All() -> left == 0 && taken[number] == 0;
      case Join.Some(int count) -> taken[number] + left < count;
    };
  }

  /** Counts a way to a node that waits for more. */
  void decide(int from, Edge way, boolean isTaken) {
    int target = numbers.target(from, way.to());
    decided[target]++;
    if (isTaken) {
      taken[target]++;
    }
  }

  /** Makes a node that has started before start again as soon as it may. */
  void again(int number) {
    node(number, NodeState.PENDING);
    decided[number] = numbers.node(number).in();
    taken[number] = decided[number];
  }

  /** Makes a node as it was before the run. */
  void forget(int number) {
    node(number, NodeState.PENDING);
    decided[number] = 0;
    taken[number] = 0;
    progress.remove(number);
  }

  /**
   * The round of a command: rounds of one life lie behind those of all earlier ones.
   *
   * @param turn of a {@code while} its round; otherwise 1
   */
  int round(int turn) {
    return (life - 1) * WorkflowLimits.MAX_ROUNDS + turn;
  }
}
