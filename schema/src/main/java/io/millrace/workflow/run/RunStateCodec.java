package io.millrace.workflow.run;

import io.millrace.workflow.plan.WorkflowLimits;
import java.util.BitSet;

/**
 * The bytes of a run's state: version, run, nodes, progress, and a CRC-32C of all of it. Nodes of
 * the same state that lie side by side take one byte together. A field that is added, removed or
 * moved needs a new {@link #VERSION}.
 */
public final class RunStateCodec {
  static final int VERSION = 1;

  private static final NodeState[] STATES = NodeState.values();
  private static final RunPhase[] PHASES = RunPhase.values();

  private static final int PAUSED = 1;
  private static final int HALTED = 2;

  /** Marks nodes that have counters; the lower bits are the state. */
  private static final int COUNTED = 8;

  /** The longest run of nodes that the upper half of a byte tells; this one adds a number. */
  private static final int LONG_RUN = 15;

  private static final int ELEMENTS = 1;
  private static final int ROUNDS = 2;

  private RunStateCodec() {}

  /** The state as it is kept. */
  public static byte[] encode(RunState state) {
    StateWriter out = new StateWriter();
    out.octet(VERSION);
    out.octet(state.phase.ordinal());
    out.octet((state.paused ? PAUSED : 0) | (state.halted ? HALTED : 0));
    out.number(state.life);
    out.optional(
        state.failure,
        failure -> {
          out.number(failure.node() + 1L);
          failure(out, failure.failure());
        });
    out.optional(state.reason, out::text);
    out.number(state.numbers.size());
    nodes(out, state);
    out.number(state.progress.size());
    state.progress.forEach((node, progress) -> progress(out, node, progress));
    return out.checked();
  }

  /**
   * The state that was kept.
   *
   * @throws BadRunStateException when the bytes are damaged, of another version or of another plan
   */
  public static RunState decode(NodeNumbers numbers, byte[] bytes) {
    if (bytes.length > 0 && bytes[0] != VERSION) {
      throw new BadRunStateException(
          "its version is " + bytes[0] + "; this program reads " + VERSION);
    }
    StateReader in = StateReader.checked(bytes);
    in.octet();
    RunState state = new RunState(numbers);
    state.phase = PHASES[in.number("the phase", PHASES.length - 1)];
    int flags = in.number("the flags", PAUSED | HALTED);
    state.paused = (flags & PAUSED) != 0;
    state.halted = (flags & HALTED) != 0;
    state.life = in.number("the life", RunState.MAX_LIVES);
    state.failure =
        in.optional(() -> new RunFailure(in.number("a node", numbers.size()) - 1, failure(in)));
    state.reason = in.optional(in::text);
    nodes(in, state);
    int progressed = in.number("the number of nodes in progress", numbers.size());
    for (int i = 0; i < progressed; i++) {
      state.progress.put(in.number("a node", numbers.size() - 1), progress(in));
    }
    in.finish();
    return state;
  }

  private static void failure(StateWriter out, Failure failure) {
    out.text(failure.kind());
    out.text(failure.message());
  }

  private static Failure failure(StateReader in) {
    return new Failure(in.text(), in.text());
  }

  private static void nodes(StateWriter out, RunState state) {
    int size = state.numbers.size();
    int from = 0;
    while (from < size) {
      int mark = mark(state, from);
      int to = from + 1;
      while (to < size && mark(state, to) == mark) {
        to++;
      }
      int more = to - from - 1;
      out.octet(mark | Math.min(more, LONG_RUN) << 4);
      if (more >= LONG_RUN) {
        out.number(more - LONG_RUN);
      }
      for (int node = from; mark >= COUNTED && node < to; node++) {
        out.number(state.decided[node]);
        out.number(state.taken[node]);
      }
      from = to;
    }
  }

  private static int mark(RunState state, int node) {
    boolean counted = state.node(node) == NodeState.PENDING && state.decided[node] > 0;
    return state.node(node).ordinal() | (counted ? COUNTED : 0);
  }

  private static void nodes(StateReader in, RunState state) {
    int size = state.numbers.size();
    int told = in.number("the number of nodes", Integer.MAX_VALUE);
    if (told != size) {
      throw new BadRunStateException("it is of " + told + " nodes, its plan has " + size);
    }
    int from = 0;
    while (from < size) {
      int token = in.octet();
      int more = token >> 4;
      if (more == LONG_RUN) {
        more += in.number("a run of nodes", size);
      }
      if (more >= size - from || (token & 7) >= STATES.length) {
        throw new BadRunStateException("its nodes from " + from + " on make no sense");
      }
      for (int node = from; node <= from + more; node++) {
        node(in, state, node, token);
      }
      from += more + 1;
    }
  }

  private static void node(StateReader in, RunState state, int node, int token) {
    state.node(node, STATES[token & 7]);
    if ((token & COUNTED) != 0) {
      state.decided[node] = in.number("decided ways", state.numbers.node(node).in());
      state.taken[node] = in.number("taken ways", state.decided[node]);
    }
  }

  private static void progress(StateWriter out, int node, Progress progress) {
    out.number(node);
    switch (progress) {
      case Progress.Elements elements -> {
        out.octet(ELEMENTS);
        out.number(elements.tasks);
        out.number(elements.next);
        out.bits(elements.again);
        out.bits(elements.running);
        out.bits(elements.unsuccessful);
        out.number(elements.failures);
        out.optional(elements.failure, failure -> failure(out, failure));
      }
      case Progress.Rounds rounds -> {
        out.octet(ROUNDS);
        out.number(rounds.round);
        out.octet(rounds.running ? 1 : 0);
        out.bytes(rounds.carried);
      }
    }
  }

  private static Progress progress(StateReader in) {
    return switch (in.octet()) {
      case ELEMENTS -> elements(in);
      case ROUNDS -> rounds(in);
      default -> throw new BadRunStateException("a node makes progress of no known kind");
    };
  }

  private static Progress elements(StateReader in) {
    int tasks = in.number("the number of tasks", WorkflowLimits.MAX_WIDTH);
    int next = in.number("the next task", tasks);
    BitSet again = in.bits("the tasks to repeat", next);
    BitSet running = in.bits("the tasks that run", next);
    BitSet unsuccessful = in.bits("the tasks that failed", next);
    Progress.Elements elements = new Progress.Elements(tasks, again, running, unsuccessful);
    elements.next = next;
    elements.failures = in.number("the number of failures", tasks);
    elements.failure = in.optional(() -> failure(in));
    return elements;
  }

  private static Progress rounds(StateReader in) {
    int round = in.number("the round", WorkflowLimits.MAX_ROUNDS);
    boolean running = in.octet() != 0;
    Progress.Rounds rounds = new Progress.Rounds(in.bytes());
    rounds.round = round;
    rounds.running = running;
    return rounds;
  }
}
