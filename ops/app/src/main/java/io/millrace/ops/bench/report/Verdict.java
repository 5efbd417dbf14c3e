package io.millrace.ops.bench.report;

/** How a figure stands to its target. */
enum Verdict {
  /** It reached all bars and all moonshots. */
  MOONSHOT("moonshot"),
  /** It reached all bars. */
  BAR("bar"),
  /** It missed a bar. */
  BELOW("below"),
  /** It missed no bar that could be looked at, but one could not: a figure is not there. */
  OPEN("open");

  private final String text;

  Verdict(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }
}
