package io.millrace.workflow.run;

/** A change of a run that people can see. A node that starts is ACTIVE before it is anything. */
public sealed interface RunMove {
  /** A node entered a state. */
  record Moved(int node, NodeState state) implements RunMove {}

  /** The run entered a phase. */
  record Entered(RunPhase phase) implements RunMove {}

  /** Nothing starts until {@link Resumed}. */
  record Paused() implements RunMove {}

  /** What is due may start again. */
  record Resumed() implements RunMove {}
}
