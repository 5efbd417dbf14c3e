package io.millrace.workflow.run;

/** What became of one event. */
public sealed interface Answer {
  /** It counted: the new state differs. */
  record Applied() implements Answer {}

  /**
   * It changed nothing.
   *
   * @param why a sentence for whoever sent it
   */
  record Refused(String why) implements Answer {}
}
